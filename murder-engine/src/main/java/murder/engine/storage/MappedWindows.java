package murder.engine.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import murder.hash.FileMapper;
import murder.wire.nio.PayloadSink;

/**
 * Mapped windows of files, from which blocks are sent without a copy. Confined to the engine's
 * loop.
 *
 * <p>A window is mapped at its first use and kept until the torrent is closed. Beyond the limit of
 * windows, payload is read into buffers. Windows are never evicted. Java unmaps a window only when
 * the collector finds the buffer dead, so evictions would fill the kernel's table of mappings.
 * <p>If another program truncates a file, a socket that sends a slice fails with an
 * {@link IOException} (EFAULT). Java code that reads a slice would get an {@link InternalError}. No
 * code in this package reads slices.
 */
final class MappedWindows {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(16 * 1024).asReadOnlyBuffer();

    private final FileTable table;
    private final OpenFiles files;
    private final Payload payload;
    private final StorageOptions options;
    private final FileMapper mapper;
    private final Map<StoredFile, ByteBuffer[]> windows = new HashMap<>();
    private int count;

    MappedWindows(FileTable table, OpenFiles files, Payload payload, StorageOptions options, FileMapper mapper) {
        this.table = table;
        this.files = files;
        this.payload = payload;
        this.options = options;
        this.mapper = mapper;
    }

    /** Adds parts of read-only buffers that hold {@code length} bytes of the payload. */
    void read(long offset, int length, PayloadSink out) throws StorageException {
        for (int i = table.rangeAt(offset); length > 0; i++) {
            StoredFile file = table.range(i);
            long at = offset - file.offset();
            int part = (int) Math.min(length, file.length() - at);
            if (file.isPad()) {
                addZeros(part, out);
            } else {
                readFile(file, at, part, out);
            }
            offset += part;
            length -= part;
        }
    }

    private static void addZeros(int length, PayloadSink out) {
        while (length > 0) {
            int part = Math.min(length, ZEROS.capacity());
            out.add(ZEROS, 0, part);
            length -= part;
        }
    }

    private void readFile(StoredFile file, long at, int length, PayloadSink out) throws StorageException {
        while (length > 0) {
            int begin = (int) (at % options.windowLength());
            int part = Math.min(length, options.windowLength() - begin);
            ByteBuffer window = file.length() < options.minMappedLength() ? null : window(file, at / options.windowLength());
            if (window == null) {
                ByteBuffer buffer = ByteBuffer.allocate(part);
                payload.readFile(file, at, buffer);
                out.add(buffer.asReadOnlyBuffer(), 0, part);
            } else {
                out.add(window, begin, part);
            }
            at += part;
            length -= part;
        }
    }

    /** Null if there is none and no more may be made. */
    private ByteBuffer window(StoredFile file, long index) throws StorageException {
        ByteBuffer[] ofFile = windows.get(file);
        if (ofFile == null && count < options.maxWindows()) {
            ofFile = new ByteBuffer[Math.toIntExact((file.length() + options.windowLength() - 1) / options.windowLength())];
            windows.put(file, ofFile);
        }
        if (ofFile == null) {
            return null;
        }
        ByteBuffer window = ofFile[(int) index];
        if (window == null && count < options.maxWindows()) {
            window = map(file, index * options.windowLength());
            ofFile[(int) index] = window;
            count += window == null ? 0 : 1;
        }
        return window;
    }

    private ByteBuffer map(StoredFile file, long at) throws StorageException {
        Path path = file.path();
        try (OpenFiles.Use use = files.use(file)) {
            if (use.channel().size() < file.length()) {
                throw new StorageException(StorageException.Reason.CHANGED, path,
                    path + " was cut short while it was in use: start again");
            }
            return mapper.mapUntilCollected(use.channel(), at, Math.min(options.windowLength(), file.length() - at));
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            // Reading will fail, too, and say why.
            Log.LOG.log(Level.DEBUG, "{0} is not mapped: {1}", path, e.getMessage());
            return null;
        }
    }
}
