package murder.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/**
 * An Ed25519 key pair, from a file as {@code ssh-keygen -t ed25519} writes it without a passphrase
 * (PROTOCOL.key of OpenSSH). Keys of other kinds, and those that are encrypted or in a token, are
 * for {@code ssh-keygen -Y sign}. No text of this class holds the secret. Immutable.
 */
public final class SshPrivateKey implements Signer {
    static final String NAME = "OPENSSH PRIVATE KEY";
    private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final String TYPE = "ssh-ed25519";
    private static final int SEED_LENGTH = 32;
    /** The bytes before the 32 bytes of a secret in PKCS #8 (RFC 8410). */
    private static final byte[] PKCS8_HEAD =
        {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
    private static final int CIPHER_BLOCK = 8;
    private static final int MAX_FILE_BYTES = 1 << 16;

    private final SshPublicKey publicKey;
    private final byte[] seed;
    private final PrivateKey key;

    private SshPrivateKey(SshPublicKey publicKey, byte[] seed) throws GeneralSecurityException {
        this.publicKey = publicKey;
        this.seed = seed;
        byte[] encoded = Arrays.copyOf(PKCS8_HEAD, PKCS8_HEAD.length + SEED_LENGTH);
        System.arraycopy(seed, 0, encoded, PKCS8_HEAD.length, SEED_LENGTH);
        this.key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    /**
     * {@return a new key pair}
     *
     * @param random a strong generator
     */
    public static SshPrivateKey generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, random);
            KeyPair pair = generator.generateKeyPair();
            byte[] x509 = pair.getPublic().getEncoded();
            byte[] pkcs8 = pair.getPrivate().getEncoded();
            return new SshPrivateKey(publicKey(Arrays.copyOfRange(x509, x509.length - SEED_LENGTH, x509.length)),
                Arrays.copyOfRange(pkcs8, pkcs8.length - SEED_LENGTH, pkcs8.length));
        } catch (GeneralSecurityException | KeyFormatException e) {
            throw new AssertionError("every Java from 15 on makes Ed25519 keys", e);
        }
    }

    private static SshPublicKey publicKey(byte[] point) throws KeyFormatException {
        return SshPublicKey.of(new SshWriter().text(TYPE).string(point).toBytes());
    }

    /**
     * Reads a key file.
     *
     * @param file without a passphrase
     * @return its key pair
     * @throws KeyFormatException if it is no such file, is encrypted, or has a key of another kind.
     *     The message does not show its content
     * @throws IOException if it cannot be read
     */
    public static SshPrivateKey read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_FILE_BYTES);
        }
        try {
            return parse(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (KeyFormatException e) {
            throw new KeyFormatException(file + " is no Ed25519 key without a passphrase: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the text of a key file.
     *
     * @param text as {@link #toText} writes it
     * @return its key pair
     * @throws KeyFormatException as {@link #read}
     */
    public static SshPrivateKey parse(String text) throws KeyFormatException {
        SshReader in = new SshReader(SshText.read(NAME, text));
        if (!Arrays.equals(in.bytes(MAGIC.length), MAGIC)) {
            throw new KeyFormatException("it is no private key of OpenSSH");
        }
        String cipher = in.text();
        in.text(); // How the passphrase becomes a key, and with what.
        in.string();
        if (!cipher.equals("none")) {
            throw new KeyFormatException("it is encrypted");
        }
        if (in.number() != 1) {
            throw new KeyFormatException("it has several keys");
        }
        SshPublicKey publicKey = SshPublicKey.of(in.string());
        if (!publicKey.type().equals(TYPE)) {
            throw new KeyFormatException("it is a key of type " + publicKey.type());
        }
        SshReader secret = new SshReader(in.string());
        in.finish();
        if (secret.number() != secret.number() || !secret.text().equals(TYPE) || !publicKey(secret.string()).equals(publicKey)) {
            throw new KeyFormatException("its parts contradict each other");
        }
        return checked(publicKey, secret.string());
    }

    /** @param secret the seed and then the public key once more */
    private static SshPrivateKey checked(SshPublicKey publicKey, byte[] secret) throws KeyFormatException {
        if (secret.length != 2 * SEED_LENGTH) {
            throw new KeyFormatException("its secret has another length");
        }
        try {
            SshPrivateKey pair = new SshPrivateKey(publicKey, Arrays.copyOf(secret, SEED_LENGTH));
            byte[] message = {1};
            if (!pair.sign("", message).isOf("", message)) {
                throw new KeyFormatException("its secret is not that of its public key");
            }
            return pair;
        } catch (GeneralSecurityException e) {
            throw new KeyFormatException("its secret is invalid", e);
        }
    }

    /** {@return the public half} */
    public SshPublicKey publicKey() {
        return publicKey;
    }

    @Override
    public SshSignature sign(String namespace, byte[] message) {
        String hash = "sha512";
        byte[] signature = signRaw(SshSignature.signedBytes(namespace, hash, message));
        return new SshSignature(publicKey, namespace, hash, new SshWriter().text(TYPE).string(signature).toBytes());
    }

    /** The 64 bytes of RFC 8032. */
    byte[] signRaw(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("an Ed25519 key signs anything", e);
        }
    }

    /**
     * {@return the text of a key file, which {@code ssh-keygen} and {@link #parse} read: the secret
     * itself}
     *
     * @param comment a name for people, in ASCII
     */
    public String toText(String comment) {
        SshReader blob = new SshReader(publicKey.blob());
        byte[] point;
        try {
            blob.text();
            point = blob.string();
        } catch (KeyFormatException e) {
            throw new AssertionError("the key was read before", e);
        }
        // Two equal numbers show that a passphrase is right; here there is none.
        SshWriter secret = new SshWriter().number(0).number(0).text(TYPE).string(point)
            .string(new SshWriter().bytes(seed).bytes(point).toBytes()).text(comment);
        for (int i = 1; secret.toBytes().length % CIPHER_BLOCK != 0; i++) {
            secret.bytes(new byte[] {(byte) i});
        }
        return SshText.write(NAME, new SshWriter().bytes(MAGIC).text("none").text("none").text("").number(1).string(publicKey.blob())
            .string(secret.toBytes()).toBytes());
    }

    /** A text without the secret. */
    @Override
    public String toString() {
        return "the private key of " + publicKey;
    }
}
