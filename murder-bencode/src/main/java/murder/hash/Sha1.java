package murder.hash;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that BEP 3 uses everywhere. */
public final class Sha1 {
    /** Bytes of a hash. */
    public static final int LENGTH = 20;

    private Sha1() {}

    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-1", e);
        }
    }
}
