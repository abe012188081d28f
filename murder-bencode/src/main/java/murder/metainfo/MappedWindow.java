package murder.metainfo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The one place that reads files through memory, and so the one that must expect them to shrink meanwhile. Touching a page that is gone
 * raises SIGBUS, of which the JVM makes an {@link InternalError}: at once in some of its code, but in other only the next time when the
 * thread happens to call into the JVM (seen on 17), which may be long after the access.
 */
final class MappedWindow {
    private static final int CALLS_INTO_THE_JVM = 20;
    /** Written so that the compiler does not leave the allocations out. */
    private static volatile byte[] allocated;

    private MappedWindow() {}

    /**
     * Maps a part of a file and hands it out. The mapping goes when the buffer is collected; nobody may keep it.
     *
     * @param position first byte, in the file
     * @param length bytes, at most {@link Integer#MAX_VALUE}
     * @throws IOException also if the file is or becomes too short; what the reader made of the bytes is then worth nothing
     */
    static void read(FileChannel channel, Path file, long position, long length, Consumer<ByteBuffer> reader) throws IOException {
        if (channel.size() < position + length) {
            throw shrank(file, null);
        }
        ByteBuffer window = channel.map(FileChannel.MapMode.READ_ONLY, position, length);
        try {
            reader.accept(window);
            if (channel.size() < position + length) {
                awaitFault();
                throw shrank(file, null);
            }
        } catch (InternalError e) {
            throw shrankOrElse(e, file);
        }
    }

    /** What a file that shrank has made of this error; any other error is thrown as it is. */
    static IOException shrankOrElse(InternalError e, Path file) {
        String message = e.getMessage();
        // Up to Java 20 "in a recent unsafe memory access operation in compiled Java code", later "in an unsafe memory access operation".
        if (message != null && message.contains("fault occurred") && message.contains("unsafe memory access")) {
            return shrank(file, e);
        }
        throw e;
    }

    static IOException shrank(Path file, Throwable cause) {
        return new IOException(file + " became shorter while it was read", cause);
    }

    /**
     * Lets an error that is on its way arrive here, and not in somebody else's code: allocating an array too large for a thread's own share
     * of the heap calls into the JVM.
     */
    private static void awaitFault() {
        for (int i = 0; i < CALLS_INTO_THE_JVM; i++) {
            allocated = new byte[1 << 20];
        }
        allocated = null;
    }
}
