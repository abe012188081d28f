package murder.benchmarks.load;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory and threads of a real {@code murder peer} while it moves gigabytes through forty
 * connections, its limit. Half of them send the payload, and the other half fetch it. The payload
 * is zeros, so the other ends need not store it. Prints the largest values of
 * {@code /proc/PID/status} of the background process, read ten times a second. RssAnon is the
 * memory of the process itself. Pages of the payload's file, which the system may take back, are
 * RssFile, or RssShmem on a RAM disk.
 *
 * <pre>
 *   java benchmarks/src/main/java/murder/benchmarks/load/PeerMemory.java murder-tools/target/murder-tools.jar DIRECTORY \
 *       [gigabytes [connections]]
 * </pre>
 *
 * DIRECTORY needs room for half of the moved bytes.
 */
public final class PeerMemory {
    private static final int PIECE = 1 << 20;
    private static final int BLOCK = 16 * 1024;
    private static final int REQUESTS = 64;
    private static final byte[] ZEROS = new byte[BLOCK];
    private static final int UNCHOKE = 1;
    private static final int INTERESTED = 2;
    private static final int HAVE = 4;
    private static final int BITFIELD = 5;
    private static final int REQUEST = 6;
    private static final int PIECE_MESSAGE = 7;

    private final byte[] infoHash;
    private final int pieces;
    private final int port;
    private final AtomicLong given = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();

    private PeerMemory(byte[] infoHash, int pieces, int port) {
        this.infoHash = infoHash;
        this.pieces = pieces;
        this.port = port;
    }

    /**
     * Measures and prints.
     *
     * @param args the jar; a directory; how many GB to move, both ways together (10); over how many
     *     connections (40)
     * @throws IOException if a process or file fails
     * @throws InterruptedException if interrupted
     * @throws NoSuchAlgorithmException never, as every Java has SHA-1
     */
    public static void main(String[] args) throws IOException, InterruptedException, NoSuchAlgorithmException {
        int gigabytes = args.length > 2 ? Integer.parseInt(args[2]) : 10;
        int connections = args.length > 3 ? Integer.parseInt(args[3]) : 40;
        int pieces = (int) (gigabytes * 1_000_000_000L / 2 / PIECE);
        Path work = Files.createTempDirectory(Path.of(args[1]), "peer-memory-");
        byte[] info = info(pieces);
        Path torrent = Files.write(work.resolve("zeros.torrent"), torrent(info));
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-jar", args[0], "peer",
            torrent.toString(), work.resolve("zeros").toString(), "127.0.0.1", "--port", Integer.toString(port), "--seed-for", "1h")
            .inheritIO();
        builder.environment().put("MURDER_STATE", work.resolve("state").toString());
        long startNs = System.nanoTime();
        Process launcher = builder.start();
        try {
            long pid = pidOfPeer(work.resolve("state"), launcher);
            PeerMemory load = new PeerMemory(MessageDigest.getInstance("SHA-1").digest(info), pieces, port);
            load.run(pid, launcher, connections, startNs);
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        } finally {
            launcher.destroy();
            launcher.waitFor();
            Files.walk(work).sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
        }
    }

    private static byte[] info(int pieces) throws IOException, NoSuchAlgorithmException {
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(new byte[PIECE]);
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        info.write(("d6:lengthi" + (long) pieces * PIECE + "e4:name5:zeros12:piece lengthi" + PIECE + "e6:pieces" + 20 * pieces + ":")
            .getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < pieces; i++) {
            info.write(hash);
        }
        info.write('e');
        return info.toByteArray();
    }

    private static byte[] torrent(byte[] info) throws IOException {
        ByteArrayOutputStream torrent = new ByteArrayOutputStream();
        torrent.write("d4:info".getBytes(StandardCharsets.US_ASCII));
        torrent.write(info);
        torrent.write('e');
        return torrent.toByteArray();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The background process writes its file once it listens. */
    private static long pidOfPeer(Path state, Process launcher) throws IOException, InterruptedException {
        while (launcher.isAlive()) {
            if (Files.isDirectory(state)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(state, "peer-*.process.json")) {
                    for (Path file : files) {
                        String name = file.getFileName().toString();
                        if (!Files.readString(file).contains("\"port\":0,")) {
                            return Long.parseLong(name.substring(5, name.indexOf('.')));
                        }
                    }
                }
            }
            Thread.sleep(20);
        }
        throw new IOException("the peer ended with status " + launcher.waitFor());
    }

    private void run(long pid, Process launcher, int connections, long startNs) throws IOException, InterruptedException {
        CountDownLatch takers = new CountDownLatch(connections / 2);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            int number = i;
            boolean takes = i % 2 == 1;
            long quota = (long) pieces * PIECE / (connections / 2);
            Thread thread = new Thread(() -> {
                try {
                    while (!connection(number, takes ? quota : 0, takers)) {
                        Thread.sleep(50);
                    }
                } catch (IOException | InterruptedException e) {
                    System.err.println("connection " + number + ": " + e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        long anonKiB = 0;
        long threadCount = 0;
        List<String> last = List.of();
        Set<String> own = new TreeSet<>();
        while (takers.getCount() > 0 || launcher.isAlive()) {
            Thread.sleep(100);
            last = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
            addNames(pid, own);
            anonKiB = Math.max(anonKiB, number(last, "RssAnon:"));
            threadCount = Math.max(threadCount, number(last, "Threads:"));
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        System.out.printf("%.1f GB fetched, %.1f GB passed on, %d connections, %.1f s%n", given.get() / 1e9, taken.get() / 1e9,
            connections, seconds);
        System.out.printf("RssAnon at most %.1f MB; at the end RssFile %.1f MB, RssShmem %.1f MB%n", anonKiB * 1024 / 1e6,
            number(last, "RssFile:") * 1024 / 1e6, number(last, "RssShmem:") * 1024 / 1e6);
        System.out.println("threads at most " + threadCount + ", of them not the JVM's own: " + own);
    }

    /**
     * @param quota bytes to take, or 0 to give
     * @return false to try again: the peer still checks its files, or has no place
     */
    private boolean connection(int number, long quota, CountDownLatch takers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
            if (!shakeHands(number, in, out)) {
                return false;
            }
            if (quota == 0) {
                give(in, out);
            }
            take(in, out, quota);
            takers.countDown();
            drain(in);
            return true;
        } catch (EOFException e) {
            // A giver's is closed because two that have everything do not stay together, a taker's
            // because all places are taken still.
            return quota == 0 && given.get() >= (long) pieces * PIECE;
        }
    }

    private static void addNames(long pid, Set<String> names) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                String name = Files.readString(thread.resolve("comm")).trim();
                if (name.startsWith("murder-") || name.startsWith("launcher-")) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException e) {
            return; // A thread that was listed has ended.
        }
    }

    private static long number(List<String> status, String name) {
        for (String line : status) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IllegalStateException("no " + name + " in /proc");
    }

    private boolean shakeHands(int number, DataInputStream in, DataOutputStream out) throws IOException {
        out.writeByte(19);
        out.writeBytes("BitTorrent protocol");
        out.write(new byte[8]);
        out.write(infoHash);
        out.writeBytes("-ME0001-" + (100_000_000_000L + number));
        out.flush();
        return in.readNBytes(68).length == 68;
    }

    /** Has everything, answers every request. */
    private void give(DataInputStream in, DataOutputStream out) throws IOException {
        BitSet all = new BitSet();
        all.set(0, pieces);
        byte[] bits = new byte[(pieces + 7) / 8];
        for (int i = 0; i < pieces; i++) {
            bits[i / 8] |= (byte) (0x80 >> i % 8);
        }
        out.writeInt(1 + bits.length);
        out.writeByte(BITFIELD);
        out.write(bits);
        send(out, UNCHOKE);
        out.flush();
        while (true) {
            int length = in.readInt();
            int type = length == 0 ? -1 : in.readUnsignedByte();
            if (type != REQUEST) {
                in.skipNBytes(Math.max(0, length - 1));
                continue;
            }
            int piece = in.readInt();
            int begin = in.readInt();
            int count = in.readInt();
            out.writeInt(9 + count);
            out.writeByte(PIECE_MESSAGE);
            out.writeInt(piece);
            out.writeInt(begin);
            out.write(ZEROS, 0, count);
            given.addAndGet(count);
            if (in.available() == 0) {
                out.flush();
            }
        }
    }

    /** Requests each announced piece, until it has enough. Announces none of its own. */
    private void take(DataInputStream in, DataOutputStream out, long quota) throws IOException {
        List<Integer> known = new ArrayList<>();
        long asked = 0;
        long got = 0;
        int outstanding = 0;
        boolean isUnchoked = false;
        send(out, INTERESTED);
        out.flush();
        while (got < quota) {
            int length = in.readInt();
            int type = length == 0 ? -1 : in.readUnsignedByte();
            if (type == HAVE) {
                known.add(in.readInt());
            } else if (type == BITFIELD) {
                byte[] bits = new byte[length - 1];
                in.readFully(bits);
                for (int i = 0; i < pieces; i++) {
                    if ((bits[i / 8] & 0x80 >> i % 8) != 0) {
                        known.add(i);
                    }
                }
            } else if (type == PIECE_MESSAGE) {
                in.skipNBytes(length - 1);
                got += length - 9;
                taken.addAndGet(length - 9);
                outstanding--;
            } else {
                isUnchoked = type == UNCHOKE || isUnchoked && type != 0;
                outstanding = type == 0 ? 0 : outstanding;
                in.skipNBytes(Math.max(0, length - 1));
            }
            while (isUnchoked && outstanding < REQUESTS && !known.isEmpty()) {
                long block = asked++;
                out.writeInt(13);
                out.writeByte(REQUEST);
                out.writeInt(known.get((int) (block / (PIECE / BLOCK) % known.size())));
                out.writeInt((int) (block % (PIECE / BLOCK)) * BLOCK);
                out.writeInt(BLOCK);
                outstanding++;
            }
            if (in.available() == 0) {
                out.flush();
            }
        }
    }

    private static void drain(DataInputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        while (in.read(buffer) >= 0) {
            continue;
        }
    }

    private static void send(DataOutputStream out, int type) throws IOException {
        out.writeInt(1);
        out.writeByte(type);
    }
}
