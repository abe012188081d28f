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
     * Bytes of a new file in one window. No match crosses its ends, but two adjacent matches become
     * one.
     */
    private static final int WINDOW = 1 << 22;
    /** The shortest copy where the old bytes continue as expected. */
    private static final int MIN_EXPECTED = 8;
    /** The distance after a match in which to look for its continuation. */
    private static final int MAX_GAP = 1 << 12;
    /** A section with this many inserted bytes ends. */
    private static final int MAX_INSERTED = PatchFormat.MAX_LITERAL_BYTES / 2;
    /** Windows that are looked up together. */
    private static final int LOOK_AHEAD = 32;

    private final ReleaseBytes old;
    private final BlockIndex index;
    private final OutputStream out;
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final byte[] deflated = new byte[1 << 16];
    private final int windowLength;
    /** A file's bytes, with some further bytes for look-ups. */
    private final byte[] window;
    private final ByteBuffer windowBytes;
    private final long[] candidates = new long[BlockIndex.LANES];
    private final int[] hashes = new int[LOOK_AHEAD];
    /** The result of {@link #findMatch} in the old release. */
    private long matchFrom;
    private int matchLength;
    private final Part inserted = new Part(32);
    private final Part copied = new Part(32);
    private final Part moved = new Part(32);
    // As long as they ever are: while an array grows, it takes its place twice.
    private final Part literals = new Part(MAX_INSERTED);
    /** A part that is deflated. */
    private final Part packed = new Part(MAX_INSERTED + PatchFormat.MAX_GROWTH);
    private long written;
    private long sectionLength;
    /** The open operation: its inserted bytes, then its copied ones. */
    private long insertLength;
    private long copyFrom;
    private long copyLength;
    /** The end of the copy before it. */
    private long copyEnd;

    /** Bytes that are read where they are: they take no memory twice. */
    private static final class Part extends ByteArrayOutputStream {
        Part(int capacity) {
            super(capacity);
        }

        byte[] array() {
            return buf;
        }
    }

    /** @param out is not closed */
    PatchEncoder(ReleaseBytes old, long largestNewFile, OutputStream out) throws IOException {
        this.old = old;
        this.index = new BlockIndex(old);
        this.out = out;
        this.windowLength = (int) Math.min(WINDOW, Math.max(1, largestNewFile));
        this.window = new byte[windowLength + index.blockLength() + LOOK_AHEAD];
        this.windowBytes = ByteBuffer.wrap(window);
    }

    /** @return bytes of the patch */
    long run(Manifest base, Manifest target, ReleaseBytes fresh) throws IOException {
        try {
            write(PatchFormat.MAGIC);
            write(base.sha256());
            byte[] manifest = target.toBytes();
            part(manifest, manifest.length);
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
        for (long done = 0; done < length; done += windowLength) {
            int count = (int) Math.min(windowLength, length - done);
            fresh.read(start + done, window, 0, count);
            goesOn = encode(count, goesOn);
        }
    }

    /**
     * Encodes the window.
     *
     * @param expected the position in the old release where its bytes may continue
     * @return the same for the next window
     */
    private long encode(int end, long expected) throws IOException {
        int at = 0;
        int pending = 0;
        long goesOn = expected;
        while (at < end) {
            at = findMatch(at, end, pending, goesOn);
            if (at == end) {
                break;
            }
            int back = old.sameBefore(matchFrom, window, pending, at);
            insert(pending, at - back);
            copy(matchFrom - back, matchLength + back);
            goesOn = matchFrom + matchLength;
            at += matchLength;
            pending = at;
        }
        insert(pending, end);
        return goesOn + end - pending;
    }

    /**
     * Finds the next bytes of the old release, and sets {@link #matchFrom} and
     * {@link #matchLength}.
     *
     * @param pending the end of the last match
     * @param goesOn its end in the old release
     * @return the start of the bytes, or the end of the window
     */
    private int findMatch(int begin, int end, int pending, long goesOn) throws IOException {
        int block = index.blockLength();
        int behindExpected = Math.min(end, pending + MAX_GAP);
        // The range of the last look-up, and its windows that may be in the old release.
        int from = begin;
        int to = begin;
        long found = 0;
        for (int at = begin; at < end; at++) {
            if (at == to && at + block <= end) {
                found = lookAhead(at, end);
                from = at;
                to = at + hashes.length;
            }
            boolean mayBeBlock = at < to && (found >>> at - from & 1) != 0;
            if (at < behindExpected && isExpected(at, end, goesOn + at - pending)) {
                if (matchLength < block && mayBeBlock) {
                    findBlock(hashes[at - from], at, end);
                }
                return at;
            } else if (mayBeBlock) {
                matchLength = 0;
                findBlock(hashes[at - from], at, end);
                if (matchLength > 0) {
                    return at;
                }
            } else if (at >= behindExpected && at < to) {
                at += Math.min(to - at, Long.numberOfTrailingZeros(found >>> at - from)) - 1;
            }
        }
        return end;
    }

    /** Looks up the windows from here on. Windows beyond the end are not in the old release. */
    private long lookAhead(int at, int end) {
        int whole = end - index.blockLength() - at + 1;
        long found = index.mayHave(index.hash(window, at), window, at, hashes);
        return whole >= hashes.length ? found : found & (1L << whole) - 1;
    }

    private boolean isExpected(int at, int end, long there) throws IOException {
        if (there >= old.length() || old.at(there) != window[at]) {
            return false;
        }
        matchFrom = there;
        matchLength = old.sameAfter(there, windowBytes, at, end);
        return matchLength >= MIN_EXPECTED || at + matchLength == end;
    }

    /** Takes the longest match with a block, if it is longer than the present one. */
    private void findBlock(int hash, int at, int end) throws IOException {
        int found = index.find(hash, candidates);
        for (int i = 0; i < found; i++) {
            int same = old.sameAfter(candidates[i], windowBytes, at, end);
            if (same >= index.blockLength() && same > matchLength) {
                matchLength = same;
                matchFrom = candidates[i];
            }
        }
    }

    private void insert(int from, int to) throws IOException {
        if (to == from) {
            return;
        }
        if (copyLength > 0) {
            endOperation();
        }
        for (int at = from; at < to;) {
            int part = Math.min(to - at, MAX_INSERTED - literals.size());
            literals.write(window, at, part);
            insertLength += part;
            sectionLength += part;
            at += part;
            if (literals.size() == MAX_INSERTED) {
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
        for (Part part : List.of(inserted, copied, moved, literals)) {
            part(part.array(), part.size());
            part.reset();
        }
        sectionLength = 0;
    }

    private void part(byte[] bytes, int count) throws IOException {
        deflater.reset();
        deflater.setInput(bytes, 0, count);
        deflater.finish();
        packed.reset();
        while (!deflater.finished()) {
            packed.write(deflated, 0, deflater.deflate(deflated));
        }
        writeNumber(count);
        writeNumber(packed.size());
        write(packed.array(), packed.size());
    }

    private void writeNumber(long value) throws IOException {
        ByteArrayOutputStream number = new ByteArrayOutputStream(9);
        Varints.write(number, value);
        write(number.toByteArray());
    }

    private void write(byte[] bytes) throws IOException {
        write(bytes, bytes.length);
    }

    private void write(byte[] bytes, int count) throws IOException {
        out.write(bytes, 0, count);
        written += count;
    }
}
