package murder.delta;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;

/** Writes a patch: finds the bytes of a new release in an old one. For one thread. */
final class PatchEncoder {
    /**
     * Bytes of a new file that are looked at together. No match goes over their ends, but two that
     * touch become one.
     */
    private static final int WINDOW = 1 << 23;
    /** Where the old bytes continue as expected, this few are worth a copy. */
    private static final int MIN_EXPECTED = 8;
    /** Further behind a match its continuation is not looked for. */
    private static final int MAX_GAP = 1 << 12;

    private final ReleaseBytes old;
    private final BlockIndex index;
    private final OutputStream out;
    private final Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    private final byte[] deflated = new byte[1 << 16];
    private final byte[] window;
    private final ByteBuffer windowBytes;
    private final long[] candidates = new long[BlockIndex.PROBES];
    private final ByteArrayOutputStream inserted = new ByteArrayOutputStream();
    private final ByteArrayOutputStream copied = new ByteArrayOutputStream();
    private final ByteArrayOutputStream moved = new ByteArrayOutputStream();
    private final ByteArrayOutputStream literals = new ByteArrayOutputStream();
    private long written;
    private long sectionLength;
    /**
     * The operation that is still growing: the bytes that it inserts, then the ones that it copies.
     */
    private long insertLength;
    private long copyFrom;
    private long copyLength;
    /** Where the copy before that ended. */
    private long copyEnd;

    /** @param out is not closed */
    PatchEncoder(ReleaseBytes old, long largestNewFile, OutputStream out) throws IOException {
        this.old = old;
        this.index = new BlockIndex(old);
        this.out = out;
        this.window = new byte[(int) Math.min(WINDOW, Math.max(1, largestNewFile))];
        this.windowBytes = ByteBuffer.wrap(window);
    }

    /** @return bytes of the patch */
    long run(Manifest base, Manifest target, ReleaseBytes fresh) throws IOException {
        try {
            write(PatchFormat.MAGIC);
            write(base.sha256());
            part(target.toBytes());
            Map<ByteBuffer, Integer> byContent = new HashMap<>();
            Map<String, Integer> byPath = new HashMap<>();
            for (int i = 0; i < old.files().size(); i++) {
                byContent.putIfAbsent(old.files().get(i).content(), i);
                byPath.put(old.files().get(i).path(), i);
            }
            List<Manifest.Entry> files = fresh.files();
            for (int i = 0; i < files.size(); i++) {
                Integer same = byContent.get(files.get(i).content());
                if (same != null) {
                    copy(old.start(same), files.get(i).length());
                } else {
                    Integer before = byPath.get(files.get(i).path());
                    encode(fresh, fresh.start(i), files.get(i).length(), before == null ? copyEnd() : old.start(before));
                }
            }
            flush();
            writeNumber(0);
            return written;
        } finally {
            deflater.end();
        }
    }

    private long copyEnd() {
        return copyFrom + copyLength;
    }

    private void encode(ReleaseBytes fresh, long start, long length, long expected) throws IOException {
        long goesOn = expected;
        for (long done = 0; done < length; done += window.length) {
            int count = (int) Math.min(window.length, length - done);
            fresh.read(start + done, window, 0, count);
            goesOn = encode(count, goesOn);
        }
    }

    /**
     * Encodes what is in the window.
     *
     * @param expected where in the old release its bytes may go on
     * @return the same for the window after it
     */
    private long encode(int end, long expected) throws IOException {
        int block = index.blockLength();
        int at = 0;
        int pending = 0;
        long goesOn = expected;
        int hash = 0;
        boolean hashed = false;
        while (at < end) {
            int length = 0;
            long from = 0;
            long there = goesOn + at - pending;
            if (at - pending <= MAX_GAP && there < old.length() && old.at(there) == window[at]) {
                int same = old.sameAfter(there, windowBytes, at, end);
                if (same >= MIN_EXPECTED || at + same == end) {
                    length = same;
                    from = there;
                }
            }
            if (length < block && at + block <= end) {
                hash = hashed ? hash : index.hash(window, at);
                hashed = true;
                int found = index.find(hash, candidates);
                for (int i = 0; i < found; i++) {
                    int same = old.sameAfter(candidates[i], windowBytes, at, end);
                    if (same >= block && same > length) {
                        length = same;
                        from = candidates[i];
                    }
                }
            }
            if (length == 0) {
                hash = hashed && at + block < end ? index.roll(hash, window[at], window[at + block]) : hash;
                hashed &= at + block < end;
                at++;
                continue;
            }
            int back = old.sameBefore(from, window, pending, at);
            insert(pending, at - back);
            copy(from - back, length + back);
            at += length;
            pending = at;
            goesOn = from + length;
            hashed = false;
        }
        insert(pending, end);
        return goesOn + end - pending;
    }

    private void insert(int from, int to) throws IOException {
        if (to == from) {
            return;
        }
        if (copyLength > 0) {
            endOperation();
        }
        for (int at = from; at < to;) {
            int part = Math.min(to - at, PatchFormat.MAX_LITERAL_BYTES / 2 - literals.size());
            literals.write(window, at, part);
            insertLength += part;
            sectionLength += part;
            at += part;
            if (literals.size() == PatchFormat.MAX_LITERAL_BYTES / 2) {
                flush();
            }
        }
    }

    private void copy(long from, long length) throws IOException {
        if (length == 0) {
            return;
        }
        if (copyLength > 0 && from != copyFrom + copyLength) {
            endOperation();
        }
        if (copyLength == 0) {
            copyFrom = from;
        }
        copyLength += length;
        sectionLength += length;
    }

    private void endOperation() throws IOException {
        Varints.write(inserted, insertLength);
        Varints.write(copied, copyLength);
        if (copyLength > 0) {
            Varints.write(moved, Varints.zigzag(copyFrom - copyEnd - insertLength));
            copyEnd = copyFrom + copyLength;
        }
        insertLength = 0;
        copyLength = 0;
        if (Math.max(copied.size(), Math.max(inserted.size(), moved.size())) > PatchFormat.MAX_NUMBER_BYTES - 16) {
            section();
        }
    }

    /** Ends the operation and the section. */
    private void flush() throws IOException {
        if (insertLength + copyLength > 0) {
            endOperation();
        }
        if (sectionLength > 0) {
            section();
        }
    }

    private void section() throws IOException {
        writeNumber(sectionLength);
        for (ByteArrayOutputStream part : List.of(inserted, copied, moved, literals)) {
            part(part.toByteArray());
            part.reset();
        }
        sectionLength = 0;
    }

    private void part(byte[] bytes) throws IOException {
        deflater.reset();
        deflater.setInput(bytes);
        deflater.finish();
        ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 2 + 64);
        while (!deflater.finished()) {
            packed.write(deflated, 0, deflater.deflate(deflated));
        }
        writeNumber(bytes.length);
        writeNumber(packed.size());
        write(packed.toByteArray());
    }

    private void writeNumber(long value) throws IOException {
        ByteArrayOutputStream number = new ByteArrayOutputStream(9);
        Varints.write(number, value);
        write(number.toByteArray());
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        written += bytes.length;
    }
}
