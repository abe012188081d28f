package murder.tools.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Map;
import murder.disk.Forcing;
import murder.hash.Sha1;
import murder.tools.cli.CommandException;
import murder.tools.cli.OwnFolder;
import murder.tools.cli.StateFolder;

/**
 * The files that an agent keeps over restarts, in the state folder of its user, readable by the
 * owner only:
 *
 * <pre>
 *   agent-FLEET/
 *     membership   the fleet's secret and signers
 *     order        the newest signed order that was accepted
 *     releases     what this host has ({@link Ledger})
 *     lock         held by the agent that runs
 *     agent.sock   where it listens for the control machine
 * </pre>
 *
 * The folder's name contains the fleet's name. If that has unusual characters, it contains a hash,
 * too.
 */
final class AgentFolder {
    /** The longest path of a Unix-domain socket is 107 bytes on Linux, 103 elsewhere. */
    private static final int MAX_SOCKET_PATH = 100;
    private static final int MAX_NAME = 60;
    private static final int MAX_FILE = 1 << 20;

    private final StateFolder state;
    private final Path folder;

    private AgentFolder(StateFolder state, Path folder) {
        this.state = state;
        this.folder = folder;
    }

    static AgentFolder open(Map<String, String> env, String fleet) throws CommandException, IOException {
        StateFolder state = StateFolder.open(env);
        Path folder = state.path().resolve("agent-" + fileName(fleet));
        try {
            OwnFolder.make(folder);
        } catch (FileAlreadyExistsException e) {
            if (!OwnFolder.isOurs(folder)) {
                throw CommandException.failed(folder + " is no folder that only this user may write to; remove it", e);
            }
        }
        return new AgentFolder(state, folder);
    }

    /** The fleet as part of a file's name. */
    static String fileName(String fleet) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < fleet.length() && i < MAX_NAME; i++) {
            char c = fleet.charAt(i);
            boolean isPlain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' && i > 0 || c == '-';
            name.append(isPlain ? c : '_');
        }
        return name.toString().equals(fleet) ? fleet : name + "-" + hash(fleet);
    }

    private static String hash(String text) {
        return HexFormat.of().formatHex(Sha1.newDigest().digest(text.getBytes(StandardCharsets.UTF_8)), 0, 4);
    }

    StateFolder state() {
        return state;
    }

    Path path() {
        return folder;
    }

    Path membership() {
        return folder.resolve("membership");
    }

    Path order() {
        return folder.resolve("order");
    }

    Path releases() {
        return folder.resolve("releases");
    }

    /**
     * The socket of the agent. If its path is too long, the socket is in a folder of this user
     * below the temporary folder.
     */
    Path socket() throws IOException {
        Path socket = folder.resolve("agent.sock");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET_PATH) {
            return socket;
        }
        Path shared = Path.of(System.getProperty("java.io.tmpdir"));
        String user = System.getProperty("user.name", "unknown").replace('/', '_');
        return OwnFolder.in(shared, "murder-sockets-" + user, true).resolve(hash(folder.toString()) + ".sock");
    }

    /** Null if an agent of this fleet runs here. The lock ends with this process at the latest. */
    FileChannel tryLock() throws IOException {
        FileChannel channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Another agent in this process, as in tests.
            channel.close();
            return null;
        }
        channel.close();
        return null;
    }

    /** Null if it is not there. */
    static byte[] read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_FILE);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Replaces a file in one step, so that a crash leaves the old one or the new one. */
    static void write(Path file, byte[] bytes) throws IOException {
        Path growing = file.resolveSibling(file.getFileName() + ".tmp");
        OwnFolder.write(growing, bytes);
        Forcing.force(growing);
        Files.move(growing, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Forcing.force(file.getParent());
    }
}
