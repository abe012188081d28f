package murder.engine.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.locks.ReentrantLock;
import murder.metainfo.PieceLayout;

/**
 * The torrent's files as one run of bytes, read and written by position. It writes by system calls,
 * not through a mapping: a full disk is then an ordinary error. It reads by system calls, too: a
 * truncated file is then a short read. Any thread.
 */
final class Payload {
    private final FileTable table;
    private final OpenFiles files;
    /** Held while a thread writes. */
    private final ReentrantLock writing = new ReentrantLock();

    Payload(FileTable table, OpenFiles files) {
        this.table = table;
        this.files = files;
    }

    PieceLayout layout() {
        return table.layout();
    }

    /**
     * Writes like {@link #write} if no other thread is writing.
     *
     * @return whether it did
     */
    boolean tryWrite(long offset, ByteBuffer in) throws StorageException {
        if (!writing.tryLock()) {
            return false;
        }
        try {
            writeLocked(offset, in);
        } finally {
            writing.unlock();
        }
        return true;
    }

    /** Writes the rest of the buffer, except pads. The files must be allocated. */
    void write(long offset, ByteBuffer in) throws StorageException {
        writing.lock();
        try {
            writeLocked(offset, in);
        } finally {
            writing.unlock();
        }
    }

    private void writeLocked(long offset, ByteBuffer in) throws StorageException {
        int limit = in.limit();
        for (int i = table.rangeAt(offset); in.position() < limit; i++) {
            StoredFile file = table.range(i);
            long at = offset - file.offset();
            int length = (int) Math.min(limit - in.position(), file.length() - at);
            in.limit(in.position() + length);
            if (file.isPad()) {
                in.position(in.limit());
            } else {
                writeFile(file, at, in);
            }
            in.limit(limit);
            offset += length;
        }
    }

    private void writeFile(StoredFile file, long at, ByteBuffer in) throws StorageException {
        try (OpenFiles.Use use = files.use(file)) {
            while (in.hasRemaining()) {
                at += use.channel().write(in, at);
            }
        } catch (IOException e) {
            throw StorageException.writing(file.path(), e);
        }
    }

    /** Fills the rest of the buffer; pads are zeros. */
    void read(long offset, ByteBuffer out) throws StorageException {
        int limit = out.limit();
        for (int i = table.rangeAt(offset); out.position() < limit; i++) {
            StoredFile file = table.range(i);
            long at = offset - file.offset();
            int length = (int) Math.min(limit - out.position(), file.length() - at);
            out.limit(out.position() + length);
            if (file.isPad()) {
                fillWithZeros(out);
            } else {
                readFile(file, at, out);
            }
            out.limit(limit);
            offset += length;
        }
    }

    void readFile(StoredFile file, long at, ByteBuffer out) throws StorageException {
        try (OpenFiles.Use use = files.use(file)) {
            while (out.hasRemaining()) {
                int count = use.channel().read(out, at);
                if (count < 0) {
                    throw new StorageException(StorageException.Reason.CHANGED, file.path(),
                        file.path() + " was cut short to " + at + " bytes while it was in use: start again");
                }
                at += count;
            }
        } catch (IOException e) {
            throw StorageException.reading(file.path(), e);
        }
    }

    /** Adds {@code length} bytes of the disk to a hash, through a scratch buffer. */
    void hash(long offset, int length, MessageDigest digest, ByteBuffer scratch) throws StorageException {
        while (length > 0) {
            scratch.clear().limit(Math.min(length, scratch.capacity()));
            read(offset, scratch);
            scratch.flip();
            offset += scratch.remaining();
            length -= scratch.remaining();
            digest.update(scratch);
        }
    }

    /**
     * Zeroes the pads of a received block. Pads are not stored, so a peer's bytes there must not
     * get into the hash: a later read gives zeros.
     */
    void zeroPads(long offset, ByteBuffer block) {
        int limit = block.limit();
        int start = block.position();
        for (int i = table.rangeAt(offset); block.position() < limit; i++) {
            StoredFile file = table.range(i);
            int length = (int) Math.min(limit - block.position(), file.offset() + file.length() - offset);
            block.limit(block.position() + length);
            if (file.isPad()) {
                fillWithZeros(block);
            }
            block.position(block.limit()).limit(limit);
            offset += length;
        }
        block.position(start);
    }

    private static void fillWithZeros(ByteBuffer out) {
        while (out.remaining() >= Long.BYTES) {
            out.putLong(0);
        }
        while (out.hasRemaining()) {
            out.put((byte) 0);
        }
    }
}
