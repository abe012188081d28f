package murder.hash;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * SHA-1 and SHA-256 of the same bytes. The hash is the 20 bytes of SHA-1 and then the 32 bytes of
 * SHA-256. Each part of a buffer is copied once. Both digests read it while it is in the
 * processor's cache.
 */
public final class BothHashes extends MessageDigest {
    /** Bytes of a hash. */
    public static final int LENGTH = Sha1.LENGTH + Sha256.LENGTH;
    private static final int COPIED_BYTES = 16 * 1024;

    private final MessageDigest sha1 = Sha1.newDigest();
    private final MessageDigest sha256 = Sha256.newDigest();
    private final byte[] copied = new byte[COPIED_BYTES];

    public BothHashes() {
        super("SHA-1 and SHA-256");
    }

    @Override
    protected void engineUpdate(byte input) {
        sha1.update(input);
        sha256.update(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
        sha1.update(input, offset, length);
        sha256.update(input, offset, length);
    }

    @Override
    protected void engineUpdate(ByteBuffer input) {
        while (input.hasRemaining()) {
            int length = Math.min(COPIED_BYTES, input.remaining());
            input.get(copied, 0, length);
            engineUpdate(copied, 0, length);
        }
    }

    @Override
    protected byte[] engineDigest() {
        return ByteBuffer.allocate(LENGTH).put(sha1.digest()).put(sha256.digest()).array();
    }

    @Override
    protected void engineReset() {
        sha1.reset();
        sha256.reset();
    }

    @Override
    protected int engineGetDigestLength() {
        return LENGTH;
    }
}
