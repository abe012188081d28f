package murder.delta;

import java.io.IOException;

/** Makes the bytes of a new release from those of an old one and a patch. For one thread. */
final class PatchDecoder {
    private final PatchInput in;
    private final ReleaseBytes old;
    private final byte[] buffer = new byte[1 << 17];
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
        for (long done = 0; done < length;) {
            int count = (int) Math.min(buffer.length, length - done);
            old.read(from + done, buffer, 0, count);
            release.write(buffer, 0, count);
            done += count;
        }
        copyEnd = from + length;
    }
}
