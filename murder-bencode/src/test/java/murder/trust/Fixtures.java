package murder.trust;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import murder.bencode.BencodeWriter;
import murder.hash.Sha1;
import murder.hash.Sha256;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.metainfo.ReleaseTerms;

/**
 * Keys and signatures of OpenSSH 9.2 ({@code ssh-keygen}, {@code ssh-keygen -Y sign -n murder}),
 * and torrents to sign.
 */
final class Fixtures {
    static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    static final ReleaseTerms TERMS = new ReleaseTerms("build-42", NOW, NOW.plus(Duration.ofHours(1)), 42);

    private Fixtures() {}

    static byte[] bytes(String name) {
        try (InputStream in = Fixtures.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    static SshPrivateKey key() throws IOException {
        return SshPrivateKey.generate(new SecureRandom());
    }

    static AllowedSigners allowed(SshPublicKey key) throws IOException {
        return AllowedSigners.parse("release@example.com " + key);
    }

    /** Of one piece, which is the name. */
    static Metainfo torrent(String name, boolean sha256) throws MetainfoException {
        byte[] payload = name.getBytes(StandardCharsets.UTF_8);
        BencodeWriter out = new BencodeWriter().beginDictionary().key("length").integer(payload.length).key("name").string(name)
            .key("piece length").integer(16384).key("pieces").string(Sha1.newDigest().digest(payload));
        if (sha256) {
            out.key("pieces sha256").string(Sha256.newDigest().digest(payload));
        }
        return Metainfo.ofInfo(out.end().toByteArray(), List.of(List.of("http://tracker:8998/announce")));
    }

    static Metainfo torrent(String name) throws MetainfoException {
        return torrent(name, true);
    }
}
