package murder.trust;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import murder.hash.Sha256;

/**
 * A public key of OpenSSH. Supported are {@code ssh-ed25519}, {@code ecdsa-sha2-nistp256},
 * {@code -nistp384}, {@code -nistp521}, {@code ssh-rsa} from 2048 to 16384 bits (with SHA-2
 * signatures only), and the keys of FIDO tokens, {@code sk-ssh-ed25519@openssh.com} and
 * {@code sk-ecdsa-sha2-nistp256@openssh.com}. Two keys are equal if their bytes are. Immutable.
 */
public final class SshPublicKey {
    private static final int MAX_BLOB_BYTES = 8 * 1024;

    private final byte[] blob;
    private final String type;
    private final SshAlgorithm algorithm;

    private SshPublicKey(byte[] blob, String type, SshAlgorithm algorithm) {
        this.blob = blob;
        this.type = type;
        this.algorithm = algorithm;
    }

    /**
     * Reads a key.
     *
     * @param blob the bytes that an OpenSSH public key has in Base64
     * @return the key
     * @throws KeyFormatException if it is no key or of a kind that is not supported
     */
    public static SshPublicKey of(byte[] blob) throws KeyFormatException {
        if (blob.length > MAX_BLOB_BYTES) {
            throw new KeyFormatException("a public key of " + blob.length + " bytes is too long");
        }
        SshReader in = new SshReader(blob);
        String type = in.text();
        try {
            return new SshPublicKey(blob.clone(), type, SshAlgorithm.read(type, in));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new KeyFormatException("this is no valid key of type " + type + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads a line of a {@code .pub} file: type, Base64, and perhaps a comment.
     *
     * @param line without options before the type
     * @return the key
     * @throws KeyFormatException as {@link #of}, or if the line is none
     */
    public static SshPublicKey parse(String line) throws KeyFormatException {
        String[] words = line.strip().split("\\s+", 3);
        if (words.length < 2) {
            throw new KeyFormatException("this is no public key: it needs a type and Base64");
        }
        SshPublicKey key = of(decode(words[1]));
        if (!key.type.equals(words[0])) {
            throw new KeyFormatException("the key says that it is of type " + words[0] + ", but it is of type " + key.type);
        }
        return key;
    }

    static byte[] decode(String base64) throws KeyFormatException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new KeyFormatException("this is not Base64: " + e.getMessage(), e);
        }
    }

    /** {@return the name of the kind of key, such as {@code ssh-ed25519}} */
    public String type() {
        return type;
    }

    /** {@return a copy of its bytes} */
    public byte[] blob() {
        return blob.clone();
    }

    /** {@return what {@code ssh-keygen -l} shows: {@code SHA256:} and 43 characters} */
    public String fingerprint() {
        return fingerprint(blob);
    }

    static String fingerprint(byte[] blob) {
        return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(Sha256.newDigest().digest(blob));
    }

    /**
     * @param signature in the form of the SSH protocol: the name of the algorithm and its result
     */
    boolean isSignature(byte[] message, byte[] signature) throws KeyFormatException {
        SshReader in = new SshReader(signature);
        String name = in.text();
        try {
            return algorithm.verify(name, message, in);
        } catch (GeneralSecurityException e) {
            throw new KeyFormatException("this is no signature of type " + name + ": " + e.getMessage(), e);
        }
    }

    /** {@return the line of a {@code .pub} file, without a comment} */
    @Override
    public String toString() {
        return type + " " + Base64.getEncoder().encodeToString(blob);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SshPublicKey key && Arrays.equals(blob, key.blob);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(blob);
    }
}
