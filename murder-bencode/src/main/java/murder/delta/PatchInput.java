package murder.delta;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final byte[] chunk = new byte[STEP];
    /** The four parts of a section. They grow with the arrived bytes, and serve every section. */
    private final byte[][] parts = new byte[4][STEP];
    /** Deflated bytes of the present part that were not read yet. */
    private int packed;
    private final byte[] base;
    private final Manifest manifest;

    static PatchInput open(Path patch) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(patch), STEP);
        try {
            return new PatchInput(in);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

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
            ByteBuffer encoded = part(0, Manifest.MAX_BYTES, "the manifest");
            parts[0] = new byte[STEP]; // A manifest may be longer than all sections.
            manifest = Manifest.read(Arrays.copyOf(encoded.array(), encoded.limit()));
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

    /** A part of the release. Valid until the next one is read. */
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
        return new Section(length, part(0, PatchFormat.MAX_NUMBER_BYTES, "a list of insertions"),
            part(1, PatchFormat.MAX_NUMBER_BYTES, "a list of copies"),
            part(2, PatchFormat.MAX_NUMBER_BYTES, "a list of positions"),
            part(3, PatchFormat.MAX_LITERAL_BYTES, "a list of bytes"));
    }

    /** @param place of the bytes in {@link #parts} */
    private ByteBuffer part(int place, int most, String what) throws IOException {
        int length = limited(most, what);
        packed = limited(most + PatchFormat.MAX_GROWTH, what);
        inflater.reset();
        try {
            int done = 0;
            while (done < length) {
                if (done == parts[place].length) {
                    parts[place] = Arrays.copyOf(parts[place], (int) Math.min(length, 2L * done));
                }
                int count = inflate(parts[place], done, Math.min(length, parts[place].length) - done);
                if (count == 0) {
                    throw Manifest.malformed(what + " has " + done + " bytes, not " + length);
                }
                done += count;
            }
            if (inflate(new byte[1], 0, 1) != 0 || !inflater.finished() || inflater.getRemaining() + packed != 0) {
                throw Manifest.malformed(what + " has more than " + length + " bytes");
            }
        } catch (DataFormatException e) {
            throw Manifest.malformed(what + " cannot be inflated: " + e.getMessage());
        }
        return ByteBuffer.wrap(parts[place], 0, length);
    }

    /** Reads deflated bytes as they are needed. @return 0 if there are no more */
    private int inflate(byte[] into, int from, int most) throws IOException, DataFormatException {
        int count = inflater.inflate(into, from, most);
        while (count == 0 && packed > 0 && inflater.needsInput()) {
            int read = in.read(chunk, 0, Math.min(packed, chunk.length));
            packed -= next(read);
            inflater.setInput(chunk, 0, read);
            count = inflater.inflate(into, from, most);
        }
        return count;
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
