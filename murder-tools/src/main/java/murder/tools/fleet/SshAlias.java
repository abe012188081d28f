package murder.tools.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The name behind an alias of ssh's configuration. Peers cannot resolve an alias, so the tracker's
 * URL needs the name or address behind it. {@code ssh -G} prints it without a connection.
 */
final class SshAlias {
    private static final String KEY = "hostname ";
    /** It only reads files. A 'Match exec' of the user may take longer. */
    private static final long PATIENCE_S = 5;
    /** Longer than ssh's whole configuration. */
    private static final int MAX_BYTES = 1 << 20;

    private SshAlias() {
    }

    /**
     * The host's own name if ssh has no other, if the other name is only valid on this machine, or
     * if this ssh cannot print it.
     */
    static String nameOf(Host host, List<String> ssh, List<String> options) {
        List<String> command = new ArrayList<>(ssh);
        command.addAll(options);
        command.add("-G");
        host.addTo(command);
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try {
                process.getOutputStream().close();
                String printed = new String(process.getInputStream().readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
                boolean works = process.waitFor(PATIENCE_S, TimeUnit.SECONDS) && process.exitValue() == 0;
                return works ? choose(host.name(), printed) : host.name();
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return host.name(); // There is no such ssh. The first task says so.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return host.name();
        }
    }

    /** @param printed lines of a keyword and its value */
    static String choose(String name, String printed) {
        for (String line : printed.split("\n")) {
            String other = line.startsWith(KEY) ? line.substring(KEY.length()).strip() : "";
            boolean local = other.startsWith("127.") || other.equals("::1") || other.equals("localhost");
            if (!other.isEmpty() && !local && !other.startsWith("-") && other.chars().noneMatch(Character::isWhitespace)) {
                return other;
            }
        }
        return name;
    }
}
