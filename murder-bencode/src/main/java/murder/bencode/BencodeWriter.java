package murder.bencode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * Writes one bencoded value (BEP 3) in canonical form, part by part or from a {@link BencodeValue}.
 * A caller may break the grammar: keys out of order, an extra end, two values. That is a fault of
 * the program, so it gets an {@link IllegalStateException}.
 */
public final class BencodeWriter {
    private byte[] out = new byte[256];
    private int length;
    private final Deque<Open> open = new ArrayDeque<>();
    private boolean isDone;

    /** An empty writer, for one value. */
    public BencodeWriter() {}

    /**
     * Writes a string.
     *
     * @param text becomes UTF-8
     * @return this writer
     */
    public BencodeWriter string(String text) {
        return string(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes a string.
     *
     * @param bytes any, also none
     * @return this writer
     */
    public BencodeWriter string(byte[] bytes) {
        beforeValue();
        appendString(bytes);
        return afterValue();
    }

    /**
     * Writes an integer.
     *
     * @param value any
     * @return this writer
     */
    public BencodeWriter integer(long value) {
        beforeValue();
        append('i');
        appendNumber(value);
        append('e');
        return afterValue();
    }

    /**
     * Begins a list; {@link #end()} ends it.
     *
     * @return this writer
     */
    public BencodeWriter beginList() {
        beforeValue();
        append('l');
        open.push(new Open(false));
        return this;
    }

    /**
     * Begins a dictionary; {@link #end()} ends it.
     *
     * @return this writer
     */
    public BencodeWriter beginDictionary() {
        beforeValue();
        append('d');
        open.push(new Open(true));
        return this;
    }

    /**
     * Writes a key of the open dictionary.
     *
     * @param key becomes UTF-8; must sort behind the key before it
     * @return this writer
     * @throws IllegalStateException if the key sorts wrongly or no key is due
     */
    public BencodeWriter key(String key) {
        return key(key.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes a key of the open dictionary.
     *
     * @param key must sort behind the key before it
     * @return this writer
     * @throws IllegalStateException if the key sorts wrongly or no key is due
     */
    public BencodeWriter key(byte[] key) {
        Open top = open.peek();
        if (top == null || !top.isDictionary || top.awaitsValue) {
            throw new IllegalStateException("no place for the key " + BencodeString.of(key));
        }
        if (top.lastKey != null && Arrays.compareUnsigned(top.lastKey, key) >= 0) {
            throw new IllegalStateException("the key " + BencodeString.of(key) + " must not follow " + BencodeString.of(top.lastKey));
        }
        top.lastKey = key;
        top.awaitsValue = true;
        appendString(key);
        return this;
    }

    /**
     * Ends the innermost open list or dictionary.
     *
     * @return this writer
     * @throws IllegalStateException if none is open, or a key lacks its value
     */
    public BencodeWriter end() {
        Open top = open.peek();
        if (top == null || top.awaitsValue) {
            throw new IllegalStateException(top == null ? "nothing is open" : "the last key has no value");
        }
        open.pop();
        append('e');
        return afterValue();
    }

    /**
     * Writes one complete encoded value, such as the raw {@code info} of a torrent.
     *
     * @param encoded copied byte for byte
     * @return this writer
     */
    public BencodeWriter raw(byte[] encoded) {
        beforeValue();
        append(encoded);
        return afterValue();
    }

    /**
     * Writes a value with all its elements.
     *
     * @param root the value
     * @return this writer
     */
    public BencodeWriter value(BencodeValue root) {
        Deque<Cursor> cursors = new ArrayDeque<>();
        begin(root, cursors);
        while (!cursors.isEmpty()) {
            Cursor cursor = cursors.peek();
            if (cursor.values.hasNext()) {
                if (cursor.keys != null) {
                    key(cursor.keys.next().array());
                }
                begin(cursor.values.next(), cursors);
            } else {
                cursors.pop();
                end();
            }
        }
        return this;
    }

    private void begin(BencodeValue value, Deque<Cursor> cursors) {
        if (value instanceof BencodeString string) {
            string(string.array());
        } else if (value instanceof BencodeInteger integer) {
            integer(integer.value());
        } else if (value instanceof BencodeList list) {
            beginList();
            cursors.push(new Cursor(null, list.iterator()));
        } else if (value instanceof BencodeDictionary dictionary) {
            beginDictionary();
            cursors.push(new Cursor(dictionary.keys().iterator(), dictionary.values().iterator()));
        }
    }

    /**
     * {@return the written bytes}
     *
     * @throws IllegalStateException if the value is not complete yet
     */
    public byte[] toByteArray() {
        if (!isDone) {
            throw new IllegalStateException("the value is not whole yet");
        }
        return Arrays.copyOf(out, length);
    }

    private void beforeValue() {
        Open top = open.peek();
        if (isDone || top != null && top.isDictionary && !top.awaitsValue) {
            throw new IllegalStateException(isDone ? "the value is whole already" : "a dictionary wants a key first");
        }
    }

    private BencodeWriter afterValue() {
        Open top = open.peek();
        if (top == null) {
            isDone = true;
        } else {
            top.awaitsValue = false;
        }
        return this;
    }

    private void appendString(byte[] bytes) {
        appendNumber(bytes.length);
        append(':');
        append(bytes);
    }

    private void appendNumber(long number) {
        append(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
    }

    private void append(char ascii) {
        reserve(1);
        out[length++] = (byte) ascii;
    }

    private void append(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
    }

    private void reserve(int more) {
        int needed = Math.addExact(length, more);
        if (needed > out.length) {
            out = Arrays.copyOf(out, (int) Math.max(needed, Math.min(2L * out.length, Integer.MAX_VALUE - 8)));
        }
    }

    /**
     * An open list or dictionary; {@code awaitsValue} is true if a dictionary has a key without its
     * value.
     */
    private static final class Open {
        final boolean isDictionary;
        boolean awaitsValue;
        byte[] lastKey;

        Open(boolean isDictionary) {
            this.isDictionary = isDictionary;
        }
    }

    /** The place in a list ({@code keys} is null) or dictionary of a {@link BencodeValue}. */
    private record Cursor(Iterator<BencodeString> keys, Iterator<BencodeValue> values) {}
}
