package murder.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Connections from 127.0.0.2 to 127.0.0.5 that keep a peer or seeder busy. Half of them are silent:
 * each says that it has every piece, lets the other side ask, and never sends a block. The other
 * half are greedy: each asks for blocks without end and never reads. A connection that was closed
 * is opened again after a second.
 */
final class PeerAttack implements AutoCloseable {
    private static final int ADDRESSES = 4;
    private static final int BLOCK = 1 << 14;
    private static final long AGAIN_NS = 1_000_000_000L;
    private static final long KEEP_ALIVE_NS = 20_000_000_000L;
    private static final long TURN_MS = 50;
    /** Says that it knows BEP 6, so that refused requests are answered. */
    private static final byte[] RESERVED = {0, 0, 0, 0, 0, 0, 0, 4};
    private static final byte[] HAVE_ALL = {0, 0, 0, 1, 14};
    private static final byte[] UNCHOKE = {0, 0, 0, 1, 1};
    private static final byte[] INTERESTED = {0, 0, 0, 1, 2};

    private final InetSocketAddress target;
    private final byte[] infoHash;
    private final int pieces;
    private final Selector selector = Selector.open();
    private final List<Attacker> attackers = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(1);
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(1 << 16);
    private final Thread thread = new Thread(this::run, "attack");
    private volatile boolean closed;
    private volatile IOException failure;
    private volatile int established;

    /** One connection after the other, always of the same kind and from the same address. */
    private static final class Attacker {
        final int number;
        final boolean isGreedy;
        final ByteBuffer toSend = ByteBuffer.allocate(1 << 14).flip();
        SocketChannel channel;
        long openNs;
        long spokeNs;

        Attacker(int number) {
            this.number = number;
            this.isGreedy = number / ADDRESSES % 2 == 1;
        }
    }

    PeerAttack(InetSocketAddress target, byte[] infoHash, int pieces, int connections) throws IOException {
        this.target = target;
        this.infoHash = infoHash;
        this.pieces = pieces;
        for (int i = 0; i < connections; i++) {
            attackers.add(new Attacker(i));
        }
        thread.start();
    }

    /** How many connections were ever established. */
    int established() {
        return established;
    }

    private void run() {
        try {
            while (!closed) {
                long nowNs = System.nanoTime();
                for (Attacker attacker : attackers) {
                    if (attacker.channel == null && nowNs - attacker.openNs >= 0) {
                        open(attacker);
                    } else if (attacker.channel != null && attacker.channel.isConnected() && nowNs - attacker.spokeNs >= KEEP_ALIVE_NS) {
                        attacker.spokeNs = nowNs;
                        say(attacker, new byte[4]);
                    }
                }
                selector.select(TURN_MS);
                for (SelectionKey key : selector.selectedKeys()) {
                    onReady(key, (Attacker) key.attachment());
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private void open(Attacker attacker) throws IOException {
        attacker.channel = SocketChannel.open();
        attacker.channel.configureBlocking(false);
        if (attacker.isGreedy) {
            attacker.channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        }
        byte[] address = {127, 0, 0, (byte) (2 + attacker.number % ADDRESSES)};
        attacker.channel.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
        attacker.channel.register(selector, SelectionKey.OP_CONNECT, attacker);
        attacker.channel.connect(target);
    }

    private void onReady(SelectionKey key, Attacker attacker) throws IOException {
        try {
            if (key.isConnectable()) {
                attacker.channel.finishConnect();
                established++;
                greet(attacker);
                key.interestOps(attacker.isGreedy ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            } else if (attacker.isGreedy) {
                ask(attacker);
            } else if (attacker.channel.read(readBuffer.clear()) < 0) {
                again(attacker);
            }
        } catch (IOException e) {
            again(attacker);
        }
    }

    /** The first message of an attacker, who does not wait for an answer. */
    private void greet(Attacker attacker) throws IOException {
        attacker.spokeNs = System.nanoTime();
        ByteBuffer hello = ByteBuffer.allocate(128);
        hello.put((byte) 19).put("BitTorrent protocol".getBytes(StandardCharsets.US_ASCII)).put(RESERVED).put(infoHash);
        hello.put(("-XX0001-" + (100_000_000_000L + random.nextInt(1 << 30))).getBytes(StandardCharsets.US_ASCII));
        hello.put(HAVE_ALL).put(UNCHOKE).put(INTERESTED);
        attacker.channel.write(hello.flip());
    }

    private void ask(Attacker attacker) throws IOException {
        ByteBuffer requests = attacker.toSend;
        if (!requests.hasRemaining()) {
            requests.clear();
            while (requests.remaining() >= 17) {
                requests.putInt(13).put((byte) 6).putInt(random.nextInt(pieces)).putInt(0).putInt(BLOCK);
            }
            requests.flip();
        }
        attacker.channel.write(requests);
    }

    private void say(Attacker attacker, byte[] message) throws IOException {
        if (!attacker.isGreedy) {
            try {
                attacker.channel.write(ByteBuffer.wrap(message));
            } catch (IOException e) {
                again(attacker);
            }
        }
    }

    private static void again(Attacker attacker) throws IOException {
        attacker.channel.close();
        attacker.channel = null;
        attacker.toSend.position(attacker.toSend.limit());
        attacker.openNs = System.nanoTime() + AGAIN_NS;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        for (Attacker attacker : attackers) {
            if (attacker.channel != null) {
                attacker.channel.close();
            }
        }
        selector.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }
}
