package murder.engine.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/** A file that notes each positional write as {@code offset+length}. */
final class RecordingChannel extends FileChannel {
    private final FileChannel file;
    private final List<String> writes;

    RecordingChannel(FileChannel file, List<String> writes) {
        this.file = file;
        this.writes = writes;
    }

    @Override
    public int write(ByteBuffer in, long position) throws IOException {
        writes.add(position + "+" + in.remaining());
        return file.write(in, position);
    }

    @Override
    public int read(ByteBuffer out) throws IOException {
        return file.read(out);
    }

    @Override
    public long read(ByteBuffer[] out, int offset, int length) throws IOException {
        return file.read(out, offset, length);
    }

    @Override
    public int write(ByteBuffer in) throws IOException {
        return file.write(in);
    }

    @Override
    public long write(ByteBuffer[] in, int offset, int length) throws IOException {
        return file.write(in, offset, length);
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        file.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        file.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
        file.force(metadata);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return file.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        return file.transferFrom(source, position, count);
    }

    @Override
    public int read(ByteBuffer out, long position) throws IOException {
        return file.read(out, position);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return file.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return file.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return file.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }
}
