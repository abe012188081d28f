package murder.hash;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * A part of a file in memory, until this is closed. It belongs to the thread that mapped it. Its
 * bytes are invalid after that.
 *
 * <p>Java up to 21 can unmap only by {@code Unsafe.invokeCleaner}. Later versions warn of that
 * method and have arenas instead. This project is compiled for Java 17 and cannot name arenas. So
 * it calls both by reflection.
 */
public final class Mapping implements AutoCloseable {
    private static final boolean HAS_ARENAS = Runtime.version().feature() >= 22;

    private final ByteBuffer bytes;
    /** The object that ends the mapping: an arena, or the buffer itself. */
    private final Object end;

    private Mapping(ByteBuffer bytes, Object end) {
        this.bytes = bytes;
        this.end = end;
    }

    /**
     * Maps a part of a file, for reading.
     *
     * @param length 1 or more
     * @throws IOException as {@link FileChannel#map(MapMode, long, long)}
     */
    static Mapping of(FileChannel file, long position, long length) throws IOException {
        if (!HAS_ARENAS) {
            ByteBuffer bytes = file.map(MapMode.READ_ONLY, position, length);
            return new Mapping(bytes, bytes);
        }
        Object arena = call(Arenas.OF_CONFINED, null);
        boolean done = false;
        try {
            Object segment = call(Arenas.MAP, file, MapMode.READ_ONLY, position, length, arena);
            Mapping mapping = new Mapping((ByteBuffer) call(Arenas.AS_BYTE_BUFFER, segment), arena);
            done = true;
            return mapping;
        } finally {
            if (!done) {
                call(Arenas.CLOSE, arena);
            }
        }
    }

    /**
     * Whether this Java can unmap. A run-time image without the module {@code jdk.unsupported}
     * cannot, up to Java 21.
     */
    static boolean isSupported() {
        return HAS_ARENAS || Cleaner.INVOKE != null;
    }

    /** {@return the bytes, for reading} */
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        if (HAS_ARENAS) {
            call(Arenas.CLOSE, end);
        } else {
            call(Cleaner.INVOKE, Cleaner.UNSAFE, end);
        }
    }

    private static Object call(Method method, Object receiver, Object... arguments) throws IOException {
        try {
            return method.invoke(receiver, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            } else if (e.getCause() instanceof RuntimeException mistake) {
                throw mistake;
            } else if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError(e);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /** {@code java.lang.foreign}, from Java 22 on. */
    private static final class Arenas {
        static final Method OF_CONFINED;
        static final Method CLOSE;
        static final Method MAP;
        static final Method AS_BYTE_BUFFER;

        static {
            try {
                Class<?> arena = Class.forName("java.lang.foreign.Arena");
                OF_CONFINED = arena.getMethod("ofConfined");
                CLOSE = arena.getMethod("close");
                MAP = FileChannel.class.getMethod("map", MapMode.class, long.class, long.class, arena);
                AS_BYTE_BUFFER = Class.forName("java.lang.foreign.MemorySegment").getMethod("asByteBuffer");
            } catch (ReflectiveOperationException e) {
                throw new AssertionError("Java has arenas from version 22 on", e);
            }
        }
    }

    /** {@code sun.misc.Unsafe} of module {@code jdk.unsupported}, up to Java 21. */
    private static final class Cleaner {
        static final Object UNSAFE;
        /** Null if there is none. */
        static final Method INVOKE;

        static {
            Object object = null;
            Method method = null;
            try {
                Class<?> unsafe = Class.forName("sun.misc.Unsafe");
                Field instance = unsafe.getDeclaredField("theUnsafe");
                instance.setAccessible(true);
                object = instance.get(null);
                method = unsafe.getMethod("invokeCleaner", ByteBuffer.class);
            } catch (ClassNotFoundException e) {
                // FileMapper logs it.
            } catch (ReflectiveOperationException e) {
                throw new AssertionError("Java 9 to 21 can unmap", e);
            }
            UNSAFE = object;
            INVOKE = method;
        }
    }
}
