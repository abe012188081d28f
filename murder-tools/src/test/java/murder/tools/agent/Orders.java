package murder.tools.agent;

import java.time.Instant;
import java.util.List;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.order.Activation;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.order.Maker;
import murder.order.Order;
import murder.order.Patch;
import murder.order.Release;
import murder.order.Target;
import murder.order.Who;

/** Orders for tests. */
final class Orders {
    static final String DESTINATION = "/srv/app";
    static final String SELF = "host1";

    private Orders() {
    }

    /** A content that follows from a number. */
    static Content content(int number) {
        byte[] bytes = {(byte) number, (byte) (number >> 8)};
        return new Content(InfoHash.ofInfo(bytes), InfoSha256.ofInfo(bytes), number);
    }

    static Release release(String tag, Content content, String... makers) {
        return patched(tag, content, List.of(), List.of(), makers);
    }

    /** The patch from the release with the content of one number, whose own content has another. */
    static Patch patch(int from, int number) {
        return Patch.of(content(from), content(number));
    }

    /** A release that may be made from others by patches. */
    static Release patched(String tag, Content content, List<String> patchFrom, List<Patch> patches, String... makers) {
        Maker maker = makers.length == 0 ? null : new Maker(List.of(makers), "/src", false, false, 0, 0, patchFrom);
        return new Release(tag, Archive.TGZ, content, maker, patches);
    }

    /** @param active a tag, or empty */
    static Order order(long serial, int keep, String active, Release... releases) {
        List<Activation> activations = active.isEmpty() ? List.of() : List.of(new Activation(new Who.All(), active));
        Target target = new Target(DESTINATION, Layout.TAG, "", keep, false, false, List.of(releases), activations);
        return new Order("fleet", serial, Instant.EPOCH, Instant.EPOCH.plusSeconds(60), false, List.of(target));
    }

    static ReleaseKey key(String tag) {
        return new ReleaseKey(DESTINATION, tag);
    }
}
