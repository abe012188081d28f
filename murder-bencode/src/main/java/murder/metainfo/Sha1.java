package murder.metainfo;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that BEP 3 uses everywhere. */
final class Sha1 {
    private Sha1() {}

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
