package murder.delta;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import murder.hash.Sha256;

/**
 * Reads a patch part by part. Allocates only for arrived bytes, within the limits of the format.
 * For one thread.
 */
final class PatchInput implements AutoCloseable {
    /**
     * Bytes that are inflated at once. So a claimed length costs no memory before its bytes arrive.
     */
    private static final int STEP = 1 << 16;
    /** Deflate grows a text by at most this much. */
    private static final int MAX_GROWTH = 1 << 12;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final byte[] base;
    private final Manifest manifest;

    /** Reads up to the first section. @param in is closed with this */
    PatchInput(InputStream in) throws IOException {
        this.in = in;
        boolean done = false;
        try {
            byte[] magic = bytes(PatchFormat.MAGIC.length);
            if (!Arrays.equals(magic, PatchFormat.MAGIC)) {
                throw new PatchException(PatchException.Reason.VERSION, "this is no patch of version 1");
            }
            base = bytes(Sha256.LENGTH);
            manifest = Manifest.read(part(Manifest.MAX_BYTES, "the manifest"));
            done = true;
        } finally {
            if (!done) {
                inflater.end();
            }
        }
    }

    /** The SHA-256 of the old release's manifest. */
    byte[] base() {
        return base;
    }

    Manifest manifest() {
        return manifest;
    }

    /** A part of a section. */
    record Section(long length, ByteBuffer inserted, ByteBuffer copied, ByteBuffer moved, ByteBuffer literals) {}

    /** @return null at the end */
    Section next() throws IOException {
        long length = number();
        if (length == 0) {
            if (in.read() >= 0) {
                throw Manifest.malformed("bytes follow the end of the patch");
            }
            return null;
        }
        return new Section(length, ByteBuffer.wrap(part(PatchFormat.MAX_NUMBER_BYTES, "a list of insertions")),
            ByteBuffer.wrap(part(PatchFormat.MAX_NUMBER_BYTES, "a list of copies")),
            ByteBuffer.wrap(part(PatchFormat.MAX_NUMBER_BYTES, "a list of positions")),
            ByteBuffer.wrap(part(PatchFormat.MAX_LITERAL_BYTES, "a list of bytes")));
    }

    private byte[] part(int most, String what) throws IOException {
        int length = limited(most, what);
        int packed = limited(most + MAX_GROWTH, what);
        byte[] input = bytes(packed);
        byte[] output = new byte[Math.min(length, STEP)];
        inflater.reset();
        inflater.setInput(input);
        int done = 0;
        try {
            while (done < length) {
                if (done == output.length) {
                    output = Arrays.copyOf(output, (int) Math.min(length, 2L * output.length));
                }
                int count = inflater.inflate(output, done, output.length - done);
                if (count == 0) {
                    throw Manifest.malformed(what + " has " + done + " bytes, not " + length);
                }
                done += count;
            }
            if (inflater.inflate(new byte[1]) != 0 || !inflater.finished() || inflater.getRemaining() != 0) {
                throw Manifest.malformed(what + " has more than " + length + " bytes");
            }
        } catch (DataFormatException e) {
            throw Manifest.malformed(what + " cannot be inflated: " + e.getMessage());
        }
        return output;
    }

    private int limited(int most, String what) throws IOException {
        long value = number();
        if (value > most) {
            throw Manifest.tooLarge(what + " has " + value + " bytes, at most " + most + " are allowed");
        }
        return (int) value;
    }

    private long number() throws IOException {
        byte[] digits = new byte[10];
        int count = 0;
        do {
            if (count == digits.length) {
                throw Manifest.malformed("a number has more than 63 bits");
            }
            digits[count] = (byte) next(in.read());
        } while (digits[count++] < 0);
        return Varints.read(ByteBuffer.wrap(digits, 0, count));
    }

    private static int next(int read) throws PatchException {
        if (read < 0) {
            throw new PatchException(PatchException.Reason.TRUNCATED, "the patch ends too early");
        }
        return read;
    }

    /** Grows with the arrived bytes. */
    private byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new PatchException(PatchException.Reason.TRUNCATED, "the patch ends too early");
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
