package murder.tools.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import murder.hash.Sha1;
import murder.tools.cli.ProcessIdentity;

/**
 * The name of a temporary entry beside its final place, so that one rename puts it in place. The
 * name identifies its process:
 *
 * <pre>
 *   .murder-KIND-KEY-HOST-PID-START      KEY and HOST are hashes, PID and START are those of ProcessIdentity
 * </pre>
 *
 * The next process recognises leftovers of a killed one: no process has this pid and start any
 * more.
 *
 * @param kind its kind
 * @param key its owner, such as a release
 * @param host of the process: several hosts may share a file system
 * @param process that made it
 */
record Scratch(Kind kind, String key, String host, ProcessIdentity process) {
    /** The kind of a temporary entry. */
    enum Kind {
        /** An incomplete archive. */
        PACK,
        /** A release that is unpacked. */
        NEW,
        /** A release that is fetched file by file. The next run can use its data. */
        TREE,
        /**
         * An old release that made room for another one. It must be restored if that one is not in
         * its place.
         */
        OLD,
        /**
         * A release that the agent has verified and unpacked. It outlives the agent's process, so
         * its name has none.
         */
        STAGED,
        /** A release that the agent is staging, likewise. */
        PART,
        /** A release whose entries go to a place that cannot be renamed, see {@link Refill}. */
        NEXT,
        /** The old entries of such a place that have been moved away. */
        CLEARED
    }

    static final String PREFIX = ".murder-";
    /** Leftovers of another host are judged by their age, not by their process. */
    private static final long ABANDONED_AFTER_MS = 24L * 3600 * 1000;
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final int PARTS = 5;
    private static final ProcessIdentity NOBODY = new ProcessIdentity(0, "0");

    static Scratch mine(Kind kind, String key) throws IOException {
        return new Scratch(kind, hash(key), thisHost(), ProcessIdentity.current());
    }

    /** The name of an entry that any process of this host may continue. */
    static Scratch lasting(Kind kind, String key) throws IOException {
        return new Scratch(kind, hash(key), thisHost(), NOBODY);
    }

    /** Null for another name. */
    static Scratch parse(String name) {
        if (!name.startsWith(PREFIX)) {
            return null;
        }
        String[] parts = name.substring(PREFIX.length()).split("-", -1);
        if (parts.length != PARTS) {
            return null;
        }
        for (Kind kind : Kind.values()) {
            if (parts[0].equals(word(kind))) {
                try {
                    return new Scratch(kind, parts[1], parts[2], new ProcessIdentity(Long.parseLong(parts[3]), parts[4]));
                } catch (IllegalArgumentException e) {
                    return null;
                }
            }
        }
        return null;
    }

    private static String word(Kind kind) {
        return switch (kind) {
            case PACK -> "pack";
            case NEW -> "new";
            case TREE -> "tree";
            case OLD -> "old";
            case STAGED -> "staged";
            case PART -> "part";
            case NEXT -> "next";
            case CLEARED -> "cleared";
        };
    }

    String name() {
        return PREFIX + word(kind) + "-" + key + "-" + host + "-" + process.pid() + "-" + process.start();
    }

    boolean isOf(Kind wanted, String wantedKey) {
        return kind == wanted && key.equals(hash(wantedKey));
    }

    /** @param modifiedEpochMs the time of its last change */
    boolean isAbandoned(long modifiedEpochMs) throws IOException {
        if (host.equals(thisHost())) {
            return !process.isRunning();
        }
        return System.currentTimeMillis() - modifiedEpochMs > ABANDONED_AFTER_MS;
    }

    private static String thisHost() throws IOException {
        return hash(Files.isReadable(HOST_NAME) ? Files.readString(HOST_NAME).strip() : "");
    }

    private static String hash(String text) {
        byte[] sha1 = Sha1.newDigest().digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(sha1, 0, 5);
    }
}
