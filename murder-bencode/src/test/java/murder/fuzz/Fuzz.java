package murder.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Feeds hostile inputs to one reader. For any input the reader must return, or throw an error of
 * its types, and allocate at most its limit.
 */
public final class Fuzz {
    /** The permitted extra memory: exceptions and their texts. */
    private static final int SLACK = 64 * 1024;
    private static final int MAX_SHOWN = 4_000;

    /** Code that reads an input, and checks what it read. */
    public interface Reader {
        void read(byte[] input) throws Exception;
    }

    private final Mutator mutator;
    private final Reader reader;
    private final List<Class<? extends Exception>> types;
    private final long fixed;
    private final int perByte;
    private boolean warm;

    private Fuzz(Mutator mutator, Reader reader, List<Class<? extends Exception>> types, long fixed, int perByte) {
        this.mutator = mutator;
        this.reader = reader;
        this.types = types;
        this.fixed = fixed;
        this.perByte = perByte;
    }

    /** For a reader that may throw nothing. */
    public static Fuzz of(Mutator mutator, Reader reader) {
        return new Fuzz(mutator, reader, List.of(), 0, 0);
    }

    /** @param type of an error that the reader may throw, too */
    public Fuzz throwing(Class<? extends Exception> type) {
        return new Fuzz(mutator, reader, Stream.concat(types.stream(), Stream.of(type)).toList(), fixed, perByte);
    }

    /**
     * @param bytes on the heap that every input may cost
     * @param perInputByte and these for each of its bytes
     */
    public Fuzz allocating(long bytes, int perInputByte) {
        return new Fuzz(mutator, reader, types, bytes, perInputByte);
    }

    /**
     * One try. Before the first one the reader reads the samples, which must pass. So no input pays
     * for the loading of classes.
     */
    public void run(long seed) throws Exception {
        if (!warm) {
            for (byte[] sample : mutator.samples()) {
                reader.read(sample.clone());
            }
            warm = true;
        }
        run(mutator.next(new SplittableRandom(seed)));
    }

    void run(byte[] input) {
        byte[] given = input.clone();
        long before = Allocation.ofThisThread();
        try {
            reader.read(given);
        } catch (Exception | Error e) {
            if (types.stream().noneMatch(type -> type.isInstance(e))) {
                throw new AssertionError("an error of no type, from " + shown(input), e);
            }
        }
        long allocated = Allocation.ofThisThread() - before;
        long most = SLACK + fixed + (long) perByte * input.length;
        if (allocated > most) {
            throw new AssertionError(allocated + " bytes allocated where " + most + " are the most, for " + shown(input));
        }
    }

    /** Bytes of texts that stand for ISO-8859-1. */
    public static List<byte[]> samples(String... texts) {
        return Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.ISO_8859_1)).toList();
    }

    /** As a Java string of ISO-8859-1, for a test of its own. */
    private static String shown(byte[] input) {
        StringBuilder out = new StringBuilder(input.length + " bytes: \"");
        for (char c : new String(input, StandardCharsets.ISO_8859_1).toCharArray()) {
            if (out.length() > MAX_SHOWN) {
                return out.append("\" and more").toString();
            }
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        return out.append('"').toString();
    }
}
