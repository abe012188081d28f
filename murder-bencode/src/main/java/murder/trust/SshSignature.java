package murder.trust;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import murder.metainfo.ReleaseSignature;

/**
 * A signature as {@code ssh-keygen -Y sign} makes it and {@code ssh-keygen -Y verify} checks it
 * (PROTOCOL.sshsig of OpenSSH). It names its key and a namespace, so that a signature for one use
 * is invalid for another. Immutable.
 */
public final class SshSignature {
    /** Longest text that is read, in characters. */
    public static final int MAX_TEXT_LENGTH = ReleaseSignature.MAX_TEXT_LENGTH;

    private static final byte[] MAGIC = "SSHSIG".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final String NAME = "SSH SIGNATURE";

    private final SshPublicKey key;
    private final String namespace;
    private final String hash;
    private final byte[] signature;

    SshSignature(SshPublicKey key, String namespace, String hash, byte[] signature) {
        this.key = key;
        this.namespace = namespace;
        this.hash = hash;
        this.signature = signature;
    }

    /**
     * Reads the text that {@code ssh-keygen -Y sign} writes.
     *
     * @param text lines of any length and end
     * @return the signature, not verified
     * @throws KeyFormatException if it is invalid, or its kind of key is not supported
     */
    public static SshSignature parse(String text) throws KeyFormatException {
        if (text.length() > MAX_TEXT_LENGTH) {
            throw new KeyFormatException("a signature of " + text.length() + " characters is too long");
        }
        SshReader in = new SshReader(SshText.read(NAME, text));
        if (!Arrays.equals(in.bytes(MAGIC.length), MAGIC)) {
            throw new KeyFormatException("this is no SSH signature");
        }
        int version = in.number();
        if (version != VERSION) {
            throw new KeyFormatException("this is an SSH signature of version " + version + ", not " + VERSION);
        }
        SshPublicKey key = SshPublicKey.of(in.string());
        String namespace = in.text();
        in.string(); // Reserved, and to be ignored.
        String hash = in.text();
        if (!hash.equals("sha256") && !hash.equals("sha512")) {
            throw new KeyFormatException("the message of an SSH signature is hashed with sha256 or sha512, not '" + hash + "'");
        }
        SshSignature read = new SshSignature(key, namespace, hash, in.string());
        in.finish();
        return read;
    }

    /** The bytes that are signed instead of the message. */
    static byte[] signedBytes(String namespace, String hash, byte[] message) {
        try {
            byte[] digest = MessageDigest.getInstance(hash.equals("sha256") ? "SHA-256" : "SHA-512").digest(message);
            return new SshWriter().bytes(MAGIC).text(namespace).text("").text(hash).string(digest).toBytes();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-2", e);
        }
    }

    /** {@return the key that the signature names} */
    public SshPublicKey key() {
        return key;
    }

    /** {@return its purpose (namespace), such as {@code git} or {@code file}} */
    public String namespace() {
        return namespace;
    }

    /**
     * {@return whether the key made this signature, of this message and for this use} It does not
     * check the owner of the key. Runs no program.
     *
     * @param expected namespace
     * @param message all of it
     * @throws KeyFormatException if it is no signature of a kind that the key can make
     */
    public boolean isOf(String expected, byte[] message) throws KeyFormatException {
        return namespace.equals(expected) && key.isSignature(signedBytes(namespace, hash, message), signature);
    }

    /** {@return the text that {@code ssh-keygen -Y sign} writes, its last line ended} */
    @Override
    public String toString() {
        byte[] blob = new SshWriter().bytes(MAGIC).number(VERSION).string(key.blob()).text(namespace).text("").text(hash)
            .string(signature).toBytes();
        return SshText.write(NAME, blob);
    }
}
