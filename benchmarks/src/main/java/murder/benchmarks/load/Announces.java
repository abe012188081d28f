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
import java.util.Arrays;

/**
 * Hosts that announce at even distances, each over a connection of its own and from an address of
 * its own in 127.1.0.0/16. A host waits from the moment when it is to begin until its answer is
 * complete, so a sender that falls behind hides nothing.
 */
final class Announces {
    private static final int READ_BYTES = 16 * 1024;
    private static final long GIVE_UP_NS = 60_000_000_000L;
    private static final long MS = 1_000_000L;

    private final InetSocketAddress tracker;
    private final int hosts;
    private final int torrents;
    private final long overNs;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    private final long[] waitedNs;
    private int answered;
    private int failed;
    private String firstFailure = "";

    Announces(InetSocketAddress tracker, int hosts, int torrents, long overMs) {
        this.tracker = tracker;
        this.hosts = hosts;
        this.torrents = torrents;
        this.overNs = overMs * MS;
        this.waitedNs = new long[hosts];
    }

    /** Sends them all, and waits for all answers, a minute more at most. */
    void run() throws IOException {
        try (Selector selector = Selector.open()) {
            long startNs = System.nanoTime();
            int begun = 0;
            while (answered + failed < hosts && System.nanoTime() - startNs < overNs + GIVE_UP_NS) {
                while (begun < hosts && dueNs(begun) <= System.nanoTime() - startNs) {
                    begin(begun++, selector);
                }
                if (begun < hosts) {
                    selector.selectNow();
                } else {
                    selector.select(100);
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    onReady(key, startNs);
                }
                selector.selectedKeys().clear();
            }
            for (SelectionKey key : selector.keys()) {
                if (key.isValid()) {
                    key.channel().close();
                    fail("no answer within a minute");
                }
            }
        }
        Arrays.sort(waitedNs, 0, answered);
    }

    int answered() {
        return answered;
    }

    String firstFailure() {
        return firstFailure;
    }

    /** How long this share of those who were answered waited at most, in milliseconds. */
    double waitedMs(double share) {
        return answered == 0 ? Double.NaN : waitedNs[(int) Math.max(0, Math.ceil(answered * share) - 1)] / (double) MS;
    }

    private long dueNs(int host) {
        return overNs * host / hosts;
    }

    private void begin(int host, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        byte[] address = {127, 1, (byte) (host >> 8), (byte) host};
        channel.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
        channel.register(selector, SelectionKey.OP_CONNECT, new Host(host));
        channel.connect(tracker);
    }

    private void onReady(SelectionKey key, long startNs) throws IOException {
        Host host = (Host) key.attachment();
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                channel.write(host.request(torrents));
                key.interestOps(SelectionKey.OP_READ);
            } else if (key.isReadable()) {
                int n = channel.read(buffer.clear());
                if (n >= 0) {
                    host.reply.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
                    return;
                }
                channel.close();
                if (host.isAnswered()) {
                    waitedNs[answered++] = System.nanoTime() - startNs - dueNs(host.number);
                } else {
                    fail("host " + host.number + " got: " + host.reply);
                }
            }
        } catch (IOException e) {
            channel.close();
            fail("host " + host.number + ": " + e);
        }
    }

    private void fail(String why) {
        failed++;
        firstFailure = firstFailure.isEmpty() ? why : firstFailure;
    }

    /** One host and the answer that it has so far. */
    private static final class Host {
        private final int number;
        private final StringBuilder reply = new StringBuilder();

        Host(int number) {
            this.number = number;
        }

        ByteBuffer request(int torrents) {
            String id = Integer.toString(1_000_000 + number);
            String torrent = Integer.toString(1_000 + number % torrents);
            return StandardCharsets.ISO_8859_1.encode("GET /announce?info_hash=aaaaaaaaaaaaaaaa" + torrent + "&peer_id=-BU0001-00000" + id
                + "&port=6881&uploaded=0&downloaded=0&left=100000000&compact=1&numwant=50&event=started HTTP/1.1\r\nHost: tracker\r\n"
                + "User-Agent: burst\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n");
        }

        boolean isAnswered() {
            return reply.indexOf("HTTP/1.1 200") == 0 && reply.indexOf("8:interval") > 0 && reply.indexOf("failure") < 0
                && reply.charAt(reply.length() - 1) == 'e';
        }
    }
}
