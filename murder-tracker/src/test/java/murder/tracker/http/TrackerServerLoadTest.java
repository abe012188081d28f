package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many hosts that announce at the same moment: each on its own connection, all connections open at
 * once.
 */
class TrackerServerLoadTest {
    private static final InfoHash HASH = new InfoHash(1, 2, 3);

    private static final class Host {
        final ByteBuffer request;
        final ByteBuffer reply = ByteBuffer.allocate(2048);

        Host(int number) {
            AnnounceRequest announce = AnnounceRequest.of(HASH, new PeerId(number, 0, 0), 1 + number, 1);
            request = ByteBuffer.wrap(Text.latin1("GET /announce?" + AnnounceQuery.format(announce) + " HTTP/1.1\r\nHost: t\r\n\r\n"));
        }
    }

    @Test
    @Timeout(120)
    void answersTwoThousandHosts() throws IOException {
        try (TrackerServer server = start()) {
            announceAtOnce(server.address(), 2_000);
            assertThat(server.swarms().swarms().get(HASH).incomplete()).isEqualTo(2_000);
        }
    }

    /** The hosts are another process, since one may not be allowed twenty thousand open files. */
    @Test
    @Tag("slow")
    @Timeout(300)
    void answersTenThousandHosts() throws IOException, InterruptedException {
        try (TrackerServer server = start()) {
            Process hosts = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), TrackerServerLoadTest.class.getName(), Integer.toString(server.port()), "10000")
                .redirectErrorStream(true).start();
            try {
                String output = new String(hosts.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(hosts.waitFor()).as(output).isZero();
            } finally {
                hosts.destroyForcibly();
            }
            assertThat(server.swarms().swarms().get(HASH).incomplete()).isEqualTo(10_000);
        }
    }

    /** The hosts alone: port of the tracker, number of hosts. */
    public static void main(String[] args) throws IOException {
        announceAtOnce(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), Integer.parseInt(args[1]));
    }

    private static TrackerServer start() throws IOException {
        TrackerServerOptions options = TrackerServerOptions.builder().bindAddress(InetAddress.getByName("127.0.0.1")).port(0).build();
        return TrackerServer.start(options, () -> 0, new SplittableRandom(1));
    }

    private static void announceAtOnce(InetSocketAddress address, int hosts) throws IOException {
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < hosts; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                boolean connected = channel.connect(address);
                channel.register(selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, new Host(i));
            }
            int answered = 0;
            while (answered < hosts) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    answered += turn(key) ? 1 : 0;
                }
                selector.selectedKeys().clear();
            }
        }
    }

    /**
     * Moves one host on; true when it has its whole answer. A refused or broken connection throws.
     */
    private static boolean turn(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        Host host = (Host) key.attachment();
        if (key.isConnectable() && channel.finishConnect()) {
            key.interestOps(SelectionKey.OP_WRITE);
        } else if (key.isWritable()) {
            channel.write(host.request);
            if (!host.request.hasRemaining()) {
                key.interestOps(SelectionKey.OP_READ);
            }
        } else if (key.isReadable() && channel.read(host.reply) < 0) {
            channel.close();
            String reply = new String(host.reply.array(), 0, host.reply.position(), StandardCharsets.ISO_8859_1);
            assertThat(reply).startsWith("HTTP/1.1 200 OK").contains("8:intervali").endsWith("e");
            return true;
        }
        return false;
    }
}
