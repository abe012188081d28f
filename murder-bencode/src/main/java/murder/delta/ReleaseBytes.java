package murder.delta;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import murder.hash.FileMapper;
import murder.hash.Mapping;

/**
 * The bytes of a release: the contents of its files, one after the other. Files are mapped, or read
 * if they are small. For one thread. Memory: 16 MiB for small files; at most 10,000 mappings.
 */
final class ReleaseBytes implements Closeable {
    /** From here on a file is mapped. */
    private static final int LARGE = 1 << 15;
    /** A longer file has several mappings. */
    private static final int LONGEST_PART = 1 << 30;
    /** The number of cached small files: a power of two. Each has its place by its number. */
    private static final int PLACES = 512;
    private static final int MAX_MAPPINGS = 10_000;
    private static final int MAX_OPEN = 64;
    private static final int MAX_READ = 1 << 18;

    /** The entries that have content. */
    private final List<Manifest.Entry> files = new ArrayList<>();
    /** The start of each entry. */
    private final long[] starts;
    private final Path root;
    private final long length;
    private final FileMapper mapper = new FileMapper();
    private final Map<Integer, FileChannel> open = new LinkedHashMap<>(2 * MAX_OPEN, 0.75f, true);
    /** Parts by their start, the last used one at the end. */
    private final Map<Long, Mapping> mappings = new LinkedHashMap<>(64, 0.75f, true);
    private final ByteBuffer[] small = new ByteBuffer[PLACES];
    /** The number of the file in each place. */
    private final int[] numbers = new int[PLACES];
    /** The last used part. */
    private ByteBuffer part = ByteBuffer.allocate(0);
    private long partStart;

    ReleaseBytes(Path root, List<Manifest.Entry> entries) {
        this.root = root;
        entries.stream().filter(entry -> entry.length() > 0).forEach(files::add);
        this.starts = new long[files.size()];
        long at = 0;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = at;
            at += files.get(i).length();
        }
        this.length = at;
    }

    long length() {
        return length;
    }

    /** The files that have content, in order. */
    List<Manifest.Entry> files() {
        return files;
    }

    /** Where a file begins. @param index in {@link #files} */
    long start(int index) {
        return starts[index];
    }

    // ---- comparing

    byte at(long position) throws IOException {
        seek(position);
        return part.get((int) (position - partStart));
    }

    /**
     * The number of equal bytes from a position on, and in an array from {@code from} to
     * {@code to}.
     */
    int sameAfter(long position, ByteBuffer other, int from, int to) throws IOException {
        int done = 0;
        int most = (int) Math.min(to - from, length - position);
        while (done < most) {
            seek(position + done);
            int at = (int) (position + done - partStart);
            int count = Math.min(part.capacity() - at, most - done);
            part.limit(at + count).position(at);
            other.limit(from + done + count).position(from + done);
            int differs = part.mismatch(other);
            part.clear();
            other.clear();
            if (differs >= 0) {
                return done + differs;
            }
            done += count;
        }
        return done;
    }

    /**
     * The number of equal bytes before a position, and in an array before {@code to}, down to
     * {@code from}.
     */
    int sameBefore(long position, byte[] other, int from, int to) throws IOException {
        int done = 0;
        int most = (int) Math.min(to - from, position);
        while (done < most && at(position - done - 1) == other[to - done - 1]) {
            done++;
        }
        return done;
    }

    /** Makes {@link #part} the part with this position. */
    private void seek(long position) throws IOException {
        if (position >= partStart && position - partStart < part.capacity()) {
            return;
        }
        int file = fileAt(position);
        long inFile = position - starts[file];
        long size = files.get(file).length();
        if (size < LARGE) {
            part = small(file, (int) size);
            partStart = starts[file];
        } else {
            long from = inFile / LONGEST_PART * LONGEST_PART;
            part = mapped(file, from, Math.min(LONGEST_PART, size - from));
            partStart = starts[file] + from;
        }
    }

    private ByteBuffer small(int file, int size) throws IOException {
        int place = file & PLACES - 1;
        if (small[place] == null || numbers[place] != file) {
            byte[] bytes = new byte[size];
            read(starts[file], bytes, 0, size);
            small[place] = ByteBuffer.wrap(bytes);
            numbers[place] = file;
        }
        return small[place];
    }

    private ByteBuffer mapped(int file, long from, long size) throws IOException {
        long start = starts[file] + from;
        Mapping mapping = mappings.get(start);
        if (mapping == null) {
            mapping = mapper.map(channel(file), from, size);
            if (mapping == null) {
                throw new IOException("the system does not map " + files.get(file).at(root));
            }
            mappings.put(start, mapping);
            if (mappings.size() > MAX_MAPPINGS) {
                mappings.remove(mappings.keySet().iterator().next()).close();
            }
        }
        return mapping.bytes();
    }

    // ---- reading

    /** @param count at most the remaining bytes */
    void read(long position, byte[] into, int from, int count) throws IOException {
        int done = 0;
        int file = fileAt(position);
        while (done < count) {
            long inFile = position + done - starts[file];
            int ofFile = (int) Math.min(count - done, files.get(file).length() - inFile);
            FileChannel channel = channel(file);
            for (int ready = 0; ready < ofFile;) {
                // The JDK keeps a direct buffer as long as the longest read.
                int part = Math.min(MAX_READ, ofFile - ready);
                int n = channel.read(ByteBuffer.wrap(into, from + done + ready, part), inFile + ready);
                if (n < 0) {
                    throw new PatchException(PatchException.Reason.OTHER_BASE, files.get(file).at(root) + " has become shorter");
                }
                ready += n;
            }
            done += ofFile;
            file++;
        }
    }

    private int fileAt(long position) {
        int low = 0;
        int high = starts.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private FileChannel channel(int file) throws IOException {
        FileChannel channel = open.get(file);
        if (channel == null) {
            Set<OpenOption> options = files.get(file).path().isEmpty() ? Set.of(StandardOpenOption.READ)
                : Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            channel = FileChannel.open(files.get(file).at(root), options);
            open.put(file, channel);
            if (open.size() > MAX_OPEN) {
                Integer oldest = open.keySet().iterator().next();
                open.remove(oldest).close();
            }
        }
        return channel;
    }

    @Override
    public void close() throws IOException {
        part = ByteBuffer.allocate(0);
        for (Mapping mapping : mappings.values()) {
            mapping.close();
        }
        mappings.clear();
        for (FileChannel channel : open.values()) {
            channel.close();
        }
        open.clear();
    }
}
