package murder.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** Both ends of a connection in memory. */
class SwarmTlsTest {
    private static final SwarmKey KEY = SwarmKey.of(new byte[SwarmKey.LENGTH]);
    private static final SwarmKey OTHER = SwarmKey.of(HexFormat.of().parseHex("01".repeat(SwarmKey.LENGTH)));

    @Test
    void membersWithSameKeyConnect() throws SSLException {
        assertThat(talk(SwarmTls.of(List.of(KEY)), SwarmTls.of(List.of(KEY)))).isEqualTo("TLSv1.3");
    }

    @Test
    void membersConnectDuringReplacement() throws SSLException {
        SwarmTls both = SwarmTls.of(List.of(OTHER, KEY));
        SwarmTls old = SwarmTls.of(List.of(KEY, OTHER));
        assertThat(talk(both, old)).isEqualTo("TLSv1.3");
        assertThat(talk(old, both)).isEqualTo("TLSv1.3");
    }

    @Test
    void refusesMemberOfAnotherSwarm() {
        SwarmTls member = SwarmTls.of(List.of(KEY));
        SwarmTls stranger = SwarmTls.of(List.of(OTHER));
        assertThatThrownBy(() -> talk(member, stranger)).isInstanceOf(SSLException.class).hasMessageContaining("not that of a member");
        assertThatThrownBy(() -> talk(stranger, member)).isInstanceOf(SSLException.class).hasMessageContaining("not that of a member");
    }

    @Test
    void everyMemberMakesTheSameCertificate() {
        MemberCertificate one = MemberCertificate.of(KEY);
        MemberCertificate two = MemberCertificate.of(SwarmKey.of(new byte[SwarmKey.LENGTH]));
        assertThat(one.certificate()).isEqualTo(two.certificate());
        assertThat(MemberCertificate.of(OTHER).publicKey()).isNotEqualTo(one.publicKey());
        assertThat(one.toString()).doesNotContain(HexFormat.of().formatHex(one.privateKey().getEncoded(), 16, 48));
    }

    /**
     * Carries bytes between both ends until each has sent the other a word.
     *
     * @return the protocol
     */
    private static String talk(SwarmTls dialling, SwarmTls accepting) throws SSLException {
        SSLEngine client = dialling.newEngine(true);
        SSLEngine server = accepting.newEngine(false);
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
        ByteBuffer heardByServer = ByteBuffer.allocate(1 << 16);
        ByteBuffer heardByClient = ByteBuffer.allocate(1 << 16);
        ByteBuffer fromClient = ByteBuffer.wrap(new byte[] {1});
        ByteBuffer fromServer = ByteBuffer.wrap(new byte[] {2});
        for (int turn = 0; turn < 20 && (heardByServer.position() == 0 || heardByClient.position() == 0); turn++) {
            step(client, fromClient, toServer, toClient, heardByClient);
            step(server, fromServer, toClient, toServer, heardByServer);
        }
        assertThat(heardByServer.get(0)).isEqualTo((byte) 1);
        assertThat(heardByClient.get(0)).isEqualTo((byte) 2);
        return client.getSession().getProtocol();
    }

    private static void step(SSLEngine engine, ByteBuffer say, ByteBuffer out, ByteBuffer in, ByteBuffer heard) throws SSLException {
        in.flip();
        while (in.hasRemaining() && engine.unwrap(in, heard).bytesConsumed() > 0) {
            runTasks(engine);
        }
        in.compact();
        do {
            runTasks(engine);
            engine.wrap(say, out);
            runTasks(engine);
        } while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
    }

    private static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}
