package murder.hash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringTokenizer;

/**
 * The address space that this process may still use ({@code ulimit -v}). A JVM without free address
 * space dies at its next {@code malloc}, so mappings must leave some. Only Linux reports it;
 * elsewhere there is always room.
 */
final class AddressSpace {
    /**
     * The part that must stay free: on Linux {@code malloc} reserves 64 MiB for a thread, and 128
     * MiB for a moment.
     */
    private static final long RESERVE_BYTES = (256L << 20) + (128L << 20) * Runtime.getRuntime().availableProcessors();
    private static final long LIMIT = limit(lines("/proc/self/limits"));

    private AddressSpace() {}

    static boolean hasRoomFor(long bytes) {
        return LIMIT == Long.MAX_VALUE || usedBytes(lines("/proc/self/status")) + RESERVE_BYTES + bytes <= LIMIT;
    }

    /** {@link Long#MAX_VALUE} for no limit. */
    static long limit(List<String> limits) {
        String text = value(limits, "Max address space");
        return text.isEmpty() || text.equals("unlimited") ? Long.MAX_VALUE : Long.parseUnsignedLong(text);
    }

    /** 0 if the system does not report it. */
    static long usedBytes(List<String> status) {
        String text = value(status, "VmSize:");
        return text.isEmpty() ? 0 : Long.parseLong(text) * 1024;
    }

    /** The first word behind the name, or nothing. */
    private static String value(List<String> lines, String name) {
        for (String line : lines) {
            if (line.startsWith(name)) {
                return new StringTokenizer(line.substring(name.length())).nextToken();
            }
        }
        return "";
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            // Not Linux, or no /proc here.
            return List.of();
        }
    }
}
