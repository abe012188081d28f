package murder.tools.agent;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;

/**
 * Standard input and output as one channel. Closing it puts the null device in the place of both,
 * so nobody waits for the end of this process. One thread reads, another one writes.
 */
final class StandardChannel implements ByteChannel {
    /** Something of it may have been read ahead. */
    private final ReadableByteChannel in = Channels.newChannel(System.in);
    /** Unlike a print stream, it tells when nobody reads any more. */
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private volatile boolean closed;

    @Override
    public int read(ByteBuffer bytes) throws IOException {
        return in.read(bytes);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        byte[] copied = new byte[bytes.remaining()];
        bytes.get(copied);
        out.write(copied);
        return copied.length;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        System.out.close();
        System.in.close();
    }
}
