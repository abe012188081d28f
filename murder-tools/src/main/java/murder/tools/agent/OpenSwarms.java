package murder.tools.agent;

import java.util.HashSet;
import java.util.Set;
import murder.order.Content;
import murder.order.Order;
import murder.order.Release;
import murder.order.Target;

/** Which payload swarms of an order strangers may join. Pure: all hosts of a fleet answer alike. */
final class OpenSwarms {
    private OpenSwarms() {
    }

    /** Where two targets have the same content it is open if one of them is. */
    static Set<Content> of(Order order) {
        Set<Content> open = new HashSet<>();
        for (Target target : order.targets()) {
            for (Release release : target.releases()) {
                if (target.open() && release.content() != null) {
                    open.add(release.content());
                }
            }
        }
        return open;
    }
}
