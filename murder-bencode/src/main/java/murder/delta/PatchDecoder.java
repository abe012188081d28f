package murder.delta;

import java.io.IOException;

/** Makes the bytes of a new release from those of an old one and a patch. For one thread. */
final class PatchDecoder {
    /** A copy that begins at most this far behind the one before continues it. */
    private static final int MAX_GAP = 1 << 12;

    private final PatchInput in;
    private final ReleaseBytes old;
    /**
     * Bytes of the old release. Copies have two kilobytes each and mostly follow each other, so one
     * read serves many of them.
     */
    private final byte[] buffer = new byte[1 << 17];
    private long bufferFrom;
    private int buffered;
    private int readAhead;
    private long copyEnd;

    PatchDecoder(PatchInput in, ReleaseBytes old) {
        this.in = in;
        this.old = old;
    }

    /**
     * @throws PatchException if the patch is malformed or makes another release than its manifest
     *     says
     */
    void run(StagedRelease release) throws IOException {
        try (release) {
            release.begin();
            for (PatchInput.Section section = in.next(); section != null; section = in.next()) {
                run(section, release);
            }
            release.end();
        }
    }

    private void run(PatchInput.Section section, StagedRelease release) throws IOException {
        if (section.length() > release.missing()) {
            throw Manifest.malformed("a section makes " + section.length() + " bytes, and only " + release.missing() + " are missing");
        }
        long left = section.length();
        while (left > 0) {
            long insert = Varints.read(section.inserted());
            long copy = Varints.read(section.copied());
            if (insert > section.literals().remaining() || insert > left || copy > left - insert || insert + copy == 0) {
                throw Manifest.malformed("an operation of " + insert + " and " + copy + " bytes where " + left + " are missing");
            }
            release.write(section.literals().array(), section.literals().position(), (int) insert);
            section.literals().position(section.literals().position() + (int) insert);
            if (copy > 0) {
                copy(copyEnd + insert + Varints.unzigzag(Varints.read(section.moved())), copy, release);
            }
            left -= insert + copy;
        }
        if (section.inserted().hasRemaining() || section.copied().hasRemaining() || section.moved().hasRemaining()
            || section.literals().hasRemaining()) {
            throw Manifest.malformed("a section has more operations than it makes bytes");
        }
    }

    private void copy(long from, long length, StagedRelease release) throws IOException {
        if (from < 0 || from > old.length() || length > old.length() - from) {
            throw Manifest.malformed("a copy of " + length + " bytes from " + from + ", where the old release has " + old.length());
        }
        for (long done = release.skip(length); done < length; done += release.skip(length - done)) {
            long at = from + done;
            if (at < bufferFrom || at >= bufferFrom + buffered) {
                fill(at, (int) Math.min(buffer.length, length - done));
            }
            int begin = (int) (at - bufferFrom);
            int count = (int) Math.min(buffered - begin, length - done);
            release.write(buffer, begin, count);
            done += count;
        }
        copyEnd = from + length;
    }

    /** Reads more and more bytes ahead as long as copies follow each other, and none after a jump. */
    private void fill(long at, int count) throws IOException {
        boolean goesOn = at >= bufferFrom && at - bufferFrom - buffered <= MAX_GAP;
        readAhead = goesOn ? Math.min(buffer.length, 2 * Math.max(readAhead, count)) : count;
        int length = (int) Math.min(Math.max(readAhead, count), old.length() - at);
        old.read(at, buffer, 0, length);
        bufferFrom = at;
        buffered = length;
    }
}
