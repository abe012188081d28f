package murder.tools.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import murder.tools.cli.CommandException;
import murder.tools.cli.StateFolder;
import murder.tools.cli.UsageException;

/**
 * The hosts that failed in the last run of one task, with one tag, of one fleet. They are kept for
 * {@code --retry} in the state folder of the machine that runs the task.
 */
final class FailedHosts {
    private final Path file;
    private final String what;

    private FailedHosts(Path file, String what) {
        this.file = file;
        this.what = what;
    }

    /** @param tag empty for a task that has none */
    static FailedHosts of(StateFolder folder, FleetConfig config, Task task, String tag) {
        String key = config.file() + "\0" + task + "\0" + tag;
        byte[] hash;
        try {
            hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        return new FailedHosts(folder.path().resolve("fleet-" + HexFormat.of().formatHex(hash, 0, 10) + ".failed"),
            task + (tag.isEmpty() ? "" : " of '" + tag + "'"));
    }

    Set<Host> read() throws CommandException, IOException {
        Set<Host> hosts = new LinkedHashSet<>();
        try {
            for (String line : Files.readAllLines(file)) {
                hosts.add(Host.parse(line));
            }
        } catch (NoSuchFileException e) {
            throw CommandException.failed("--retry: nothing is known of an earlier run of " + what + "; run it without --retry", e);
        } catch (UsageException e) {
            throw CommandException.failed(file + " is damaged (" + e.getMessage() + "); remove it", e);
        }
        return hosts;
    }

    /** Replaces what was known, in one step. */
    void write(Collection<Host> hosts) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Host host : hosts) {
            text.append(host).append('\n');
        }
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(temporary, text);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
