package murder.trust;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/**
 * The Ed25519 pair that belongs to a swarm key, with an X.509 certificate (RFC 5280) that it signs
 * itself. All members make the same pair, byte for byte.
 *
 * @param privateKey known only to members
 * @param certificate of the public key; its names and times have no meaning
 */
record MemberCertificate(PrivateKey privateKey, X509Certificate certificate) {
    private static final String ALGORITHM = "Ed25519";
    /** 1.3.101.112, the identifier of Ed25519 (RFC 8410). */
    private static final byte[] ALGORITHM_ID = {0x30, 5, 6, 3, 0x2b, 0x65, 0x70};
    /** 2.5.4.3, a common name. */
    private static final byte[] COMMON_NAME = {6, 3, 0x55, 4, 3};
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int INTEGER = 2;
    private static final int BIT_STRING = 3;
    private static final int UTF8_STRING = 12;
    private static final int GENERALIZED_TIME = 24;
    private static final int UTC_TIME = 23;

    static MemberCertificate of(SwarmKey key) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(255, new Fixed(key.code("tls")));
            KeyPair pair = generator.generateKeyPair();
            byte[] body = body(pair.getPublic());
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(pair.getPrivate());
            signature.update(body);
            byte[] certificate = der(SEQUENCE, body, ALGORITHM_ID, bits(signature.sign()));
            X509Certificate parsed = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate));
            parsed.verify(pair.getPublic());
            return new MemberCertificate(pair.getPrivate(), parsed);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java from 15 on has Ed25519", e);
        }
    }

    PublicKey publicKey() {
        return certificate.getPublicKey();
    }

    /** The part of a certificate that is signed: version 1, which has no extensions. */
    private static byte[] body(PublicKey key) {
        byte[] name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, ascii("murder")))));
        // From 1970 until the last possible date (RFC 5280, 4.1.2.5): the swarm key limits the
        // time, not the certificate.
        byte[] times = der(SEQUENCE, der(UTC_TIME, ascii("700101000000Z")), der(GENERALIZED_TIME, ascii("99991231235959Z")));
        return der(SEQUENCE, der(INTEGER, new byte[] {1}), ALGORITHM_ID, name, times, name, key.getEncoded());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bits(byte[] bytes) {
        return der(BIT_STRING, new byte[] {0}, bytes);
    }

    /**
     * One value in the distinguished encoding (X.690): type, length, content.
     *
     * @param parts less than 256 bytes in all
     */
    private static byte[] der(int type, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(type);
        if (content.size() >= 128) {
            value.write(0x81);
        }
        value.write(content.size());
        value.writeBytes(content.toByteArray());
        return value.toByteArray();
    }

    /** A text without the secret. */
    @Override
    public String toString() {
        return "the certificate of " + publicKey();
    }

    /**
     * Returns the bytes of a secret instead of random ones, so that all members generate the same
     * pair.
     */
    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final transient byte[] secret;

        Fixed(byte[] secret) {
            this.secret = secret;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length != secret.length) {
                throw new AssertionError("an Ed25519 secret has " + secret.length + " bytes, not " + bytes.length);
            }
            System.arraycopy(secret, 0, bytes, 0, bytes.length);
        }
    }
}
