package murder.tools.fleet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Set;
import murder.hash.Sha256;
import murder.tools.cli.CommandException;
import murder.tools.cli.OwnFolder;
import murder.tools.cli.StateFolder;

/**
 * The files of one fleet on the control machine, in its state folder. Only the owner may read them.
 *
 * <pre>
 *   fleets/NAME/
 *     keys              see {@link FleetKeys}
 *     order             the last one that was signed
 *     resident          hosts on which start_agents left an agent
 *     resident-roots    below which directories these may write
 *     lock              held while an order is read, changed and written
 *     deploy-HASH.lock  held by the deploy of one tag to one place
 * </pre>
 */
final class FleetFolder {
    private static final String FOLDER = "fleets";
    private static final String PLAIN = "._-";
    private static final int MAX_NAME = 200;
    private static final long LOCK_POLL_MS = 20;
    private static final int MAX_BYTES = 16 << 20;

    private final Path folder;
    /** The file of the lock of this deploy. */
    private String own = "";

    private FleetFolder(Path folder) {
        this.folder = folder;
    }

    /** Makes it if it is missing. */
    static FleetFolder open(StateFolder state, String fleet) throws CommandException, IOException {
        Path all = state.path().resolve(FOLDER);
        OwnFolder.ensure(all);
        Path folder = all.resolve(fileName(fleet));
        OwnFolder.ensure(folder);
        return new FleetFolder(folder);
    }

    /** A fleet's name as the name of a folder: special characters become {@code %XX}. */
    static String fileName(String fleet) {
        StringBuilder name = new StringBuilder();
        for (byte b : fleet.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
                || PLAIN.indexOf(c) >= 0 && name.length() > 0;
            name.append(plain ? Character.toString(c) : "%" + HexFormat.of().withUpperCase().toHexDigits(b));
        }
        return name.length() <= MAX_NAME ? name.toString() : hash(fleet);
    }

    private static String hash(String text) {
        return HexFormat.of().formatHex(Sha256.newDigest().digest(text.getBytes(StandardCharsets.UTF_8)), 0, 16);
    }

    Path path() {
        return folder;
    }

    /** Null if there is no such file. */
    byte[] read(String name) throws IOException {
        Path file = folder.resolve(name);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " is longer than anything that murder writes there; remove it");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** An empty text if there is no such file. */
    String text(String name) throws IOException {
        byte[] bytes = read(name);
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    void write(String name, byte[] bytes) throws IOException {
        OwnFolder.replace(folder.resolve(name), bytes);
    }

    void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    /**
     * A lock. Closing it frees the lock. The file stays: removing it could give the lock to two
     * processes.
     */
    static final class Held implements AutoCloseable {
        private final FileChannel channel;

        private Held(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Work under the lock of the fleet. */
    interface Change<T> {
        T make() throws CommandException, IOException, InterruptedException;
    }

    /**
     * Waits for the lock of the whole fleet, which is held for milliseconds, or while a person
     * types a passphrase.
     */
    <T> T locked(Change<T> change) throws CommandException, IOException, InterruptedException {
        Held held = tryLock("lock", "");
        while (held == null) {
            Thread.sleep(LOCK_POLL_MS);
            held = tryLock("lock", "");
        }
        try {
            return change.make();
        } finally {
            held.close();
        }
    }

    /**
     * Takes the lock of one deploy.
     *
     * @param what names the deploy
     * @param says its owner, for a message to others
     * @throws CommandException if another process deploys the same
     */
    Held lockDeploy(String what, String says) throws CommandException, IOException {
        String name = "deploy-" + hash(what) + ".lock";
        Held held = tryLock(name, says);
        own = held == null ? own : name;
        if (held == null) {
            throw CommandException.failed("a deploy of " + what + " runs already (" + text(name).strip()
                + "); wait for it, or end it");
        }
        return held;
    }

    /** Whether another process, or another run in this one, deploys. */
    boolean othersDeploy() throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(folder, "deploy-*.lock")) {
            for (Path lock : locks) {
                if (isHeldByOthers(lock)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isHeldByOthers(Path lock) throws IOException {
        if (lock.getFileName().toString().equals(own)) {
            return false; // Not opened: closing the file again would free the lock.
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            return channel.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Null if another process has it. */
    private Held tryLock(String name, String says) throws IOException {
        Path file = folder.resolve(name);
        FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        boolean taken = false;
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                return null;
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(says.getBytes(StandardCharsets.UTF_8)));
            taken = true;
            return new Held(channel);
        } catch (OverlappingFileLockException e) {
            return null; // Another thread of this process has it.
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }
}
