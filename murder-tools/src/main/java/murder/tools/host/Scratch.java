package murder.tools.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import murder.hash.Sha1;
import murder.tools.cli.ProcessIdentity;

/**
 * The name of something that one process makes beside what it is to become, so that one rename puts
 * it in place. It tells whose it is:
 *
 * <pre>
 *   .murder-KIND-KEY-HOST-PID-START      KEY and HOST are hashes, PID and START are those of ProcessIdentity
 * </pre>
 *
 * What a process left behind that was killed is recognised by the next one, since no process has
 * that pid and that start any more.
 *
 * @param kind what it is
 * @param key what it belongs to
 * @param host where the process runs: several hosts may share a file system
 * @param process that made it
 */
record Scratch(Kind kind, String key, String host, ProcessIdentity process) {
    /** What such a thing is. */
    enum Kind {
        /** An archive in the making. */
        PACK,
        /** A release that is unpacked. */
        NEW,
        /** A release that is fetched file by file. What came so far is of use to the next run. */
        TREE,
        /**
         * A release that made room for another one: while that is not in its place, this one has to
         * return.
         */
        OLD,
        /**
         * A release that the agent has verified and unpacked. It outlives the agent's process, so
         * its name has none.
         */
        STAGED,
        /** A release that the agent is making ready, likewise. */
        PART,
        /** A release whose entries go to a place that cannot be renamed, see {@link Refill}. */
        NEXT,
        /** What was in such a place, as far as it has left. */
        CLEARED
    }

    static final String PREFIX = ".murder-";
    /** What another host left is not judged by its process, but by its age. */
    private static final long ABANDONED_AFTER_MS = 24L * 3600 * 1000;
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final int PARTS = 5;
    private static final ProcessIdentity NOBODY = new ProcessIdentity(0, "0");

    static Scratch mine(Kind kind, String key) throws IOException {
        return new Scratch(kind, hash(key), thisHost(), ProcessIdentity.current());
    }

    /** The name of something that any process of this host may go on with. */
    static Scratch lasting(Kind kind, String key) throws IOException {
        return new Scratch(kind, hash(key), thisHost(), NOBODY);
    }

    /** Null if the name is none of these. */
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

    /** @param modifiedEpochMs when it was last changed */
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
