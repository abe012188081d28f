package murder.hash;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash without known collisions: of pieces, beside SHA-1, and of signed bytes. */
public final class Sha256 {
    /** Bytes of a hash. */
    public static final int LENGTH = 32;

    private Sha256() {}

    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
