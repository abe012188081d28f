package murder.tools.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import murder.tools.cli.CommandException;
import murder.tools.cli.UsageException;

/** The hosts on which {@code start_agents} left an agent. A deploy needs no ssh to them. */
final class Residents {
    private static final String FILE = "resident";
    private static final String ROOTS = "resident-roots";

    private Residents() {
    }

    static Set<Host> read(FleetFolder folder) throws IOException {
        Set<Host> hosts = new LinkedHashSet<>();
        for (String line : folder.text(FILE).lines().toList()) {
            try {
                hosts.add(Host.parse(line));
            } catch (UsageException e) {
                continue; // Damaged: then a deploy uses ssh as if there were none.
            }
        }
        return hosts;
    }

    /** Below which directories they may write: what the last start_agents said. */
    static List<String> roots(FleetFolder folder) throws IOException {
        return folder.text(ROOTS).lines().toList();
    }

    static void writeRoots(FleetFolder folder, List<String> roots) throws IOException {
        folder.write(ROOTS, (String.join("\n", roots) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Adds and removes hosts. */
    static void change(FleetFolder folder, Collection<Host> add, Collection<Host> remove)
        throws CommandException, IOException, InterruptedException {
        folder.locked(() -> {
            Set<Host> hosts = read(folder);
            hosts.removeAll(remove);
            hosts.addAll(add);
            StringBuilder text = new StringBuilder();
            hosts.forEach(host -> text.append(host).append('\n'));
            folder.write(FILE, text.toString().getBytes(StandardCharsets.UTF_8));
            return hosts;
        });
    }
}
