package murder.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import murder.metainfo.Metainfo;
import murder.metainfo.ReleaseSignature;
import murder.metainfo.ReleaseTerms;

/**
 * Signs torrents. The signed message is this text, each line ended by one line feed. So
 * {@code ssh-keygen -Y verify -n murder} can check it as well:
 *
 * <pre>
 *   murder release 1
 *   info-sha256 (64 hexadecimal digits: the SHA-256 of the raw info dictionary)
 *   tag (the tag)
 *   made (seconds since 1970)
 *   until (seconds since 1970)
 *   serial (a number)
 * </pre>
 */
public final class ReleaseSigning {
    /**
     * The namespace of these signatures, as {@code ssh-keygen -n} and {@code allowed_signers} have
     * it.
     */
    public static final String NAMESPACE = "murder";

    private ReleaseSigning() {}

    /**
     * {@return the message that is signed}
     *
     * @param metainfo the torrent
     * @param terms of the release
     */
    public static byte[] message(Metainfo metainfo, ReleaseTerms terms) {
        return ("murder release 1\ninfo-sha256 " + metainfo.infoSha256() + "\ntag " + terms.tag() + "\nmade "
            + terms.made().getEpochSecond() + "\nuntil " + terms.until().getEpochSecond() + "\nserial " + terms.serial() + "\n")
            .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Signs a torrent.
     *
     * @param metainfo with a SHA-256 of each piece; an older signature is replaced
     * @param terms of the release
     * @param signer has the key
     * @return the torrent with its signature
     * @throws IllegalArgumentException if the torrent has no SHA-256 of its pieces, because hosts
     *     refuse that
     * @throws IOException if the key cannot be used, or its signature is not one
     * @throws InterruptedException if the calling thread was interrupted
     */
    public static Metainfo sign(Metainfo metainfo, ReleaseTerms terms, Signer signer) throws IOException, InterruptedException {
        if (!metainfo.hasSha256()) {
            throw new IllegalArgumentException("a torrent without SHA-256 of its pieces cannot be signed");
        }
        byte[] message = message(metainfo, terms);
        SshSignature signature = signer.sign(NAMESPACE, message);
        if (!signature.isOf(NAMESPACE, message)) {
            throw new KeyFormatException("the signature that the key " + signature.key().fingerprint() + " made is not right");
        }
        return metainfo.withReleaseSignature(new ReleaseSignature(terms, signature.toString()));
    }
}
