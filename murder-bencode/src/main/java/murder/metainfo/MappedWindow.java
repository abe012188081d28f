package murder.metainfo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The one place that reads files through memory, and so the one that must expect them to shrink meanwhile. */
final class MappedWindow {
    private MappedWindow() {}

    /**
     * Maps a part of a file and hands it out. The mapping goes when the buffer is collected; nobody may keep it.
     *
     * @param position first byte, in the file
     * @param length bytes, at most {@link Integer#MAX_VALUE}
     * @throws IOException also if the file is or becomes too short: touching a page that is gone raises SIGBUS, of which the JVM makes
     *     an {@link InternalError}
     */
    static void read(FileChannel channel, Path file, long position, long length, Consumer<ByteBuffer> reader) throws IOException {
        if (channel.size() < position + length) {
            throw shrank(file, null);
        }
        ByteBuffer window = channel.map(FileChannel.MapMode.READ_ONLY, position, length);
        try {
            reader.accept(window);
        } catch (InternalError e) {
            if (isMemoryFault(e)) {
                throw shrank(file, e);
            }
            throw e;
        }
    }

    static IOException shrank(Path file, Throwable cause) {
        return new IOException(file + " became shorter while it was read", cause);
    }

    /** The text differs between versions of Java: "in a recent unsafe memory access" up to 20, "in an unsafe memory access" later. */
    private static boolean isMemoryFault(InternalError e) {
        String message = e.getMessage();
        return message != null && message.contains("fault occurred") && message.contains("unsafe memory access");
    }
}
