package murder.tools.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import murder.tools.cli.CommandException;
import murder.tools.cli.OwnFolder;
import murder.tools.cli.UsageException;

/**
 * The hosts that failed in the last run of one task, with one tag, of one fleet. They are kept for
 * {@code --retry} in the state folder of the machine that runs the task.
 */
final class FailedHosts {
    private static final int MAX_BYTES = 16 << 20;

    private final FleetFiles files;
    private final Path file;
    private final String what;

    /** @param tag empty for a task that has none */
    FailedHosts(FleetFiles files, Task task, String tag) {
        this.files = files;
        this.file = files.named(".failed", task.toString(), tag);
        this.what = task + (tag.isEmpty() ? "" : " of '" + tag + "'");
    }

    Set<Host> read() throws CommandException, IOException {
        Set<Host> hosts = new LinkedHashSet<>();
        try {
            String text = OwnFolder.read(file, MAX_BYTES + 1);
            if (text.length() > MAX_BYTES) {
                throw damaged("longer than the names of all hosts", null);
            }
            for (String line : text.lines().toList()) {
                hosts.add(Host.parse(line));
            }
        } catch (NoSuchFileException e) {
            throw CommandException.failed("--retry: this machine knows no earlier run of " + what + "; run it without --retry", e);
        } catch (UsageException e) {
            throw damaged(e.getMessage(), e);
        }
        return hosts;
    }

    private CommandException damaged(String what, Throwable cause) {
        return CommandException.failed(file + " is damaged (" + what + "); remove it", cause);
    }

    /** Replaces the stored hosts, in one step. */
    void write(Collection<Host> hosts) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Host host : hosts) {
            text.append(host).append('\n');
        }
        files.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
