package murder.bencode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A cursor over bytes that reads one bencoded value (BEP 3) after another. Strict by default: keys
 * sorted and unique, no leading zeros, no {@code -0}, nothing after the value, integers within 64
 * bits. Iterative, so depth needs no stack. It never allocates by a claimed length. Results hold
 * copies, so the array may be used again.
 *
 * <p>Not for several threads. After an exception the cursor's place is undefined.
 */
public final class BencodeReader {
    private final byte[] in;
    private final int from;
    private final int to;
    private final Limits limits;
    private final Set<Leniency> leniencies;
    private int at;
    private int tokens;

    /**
     * A strict reader of a whole array.
     *
     * @param in the input, which must not change meanwhile
     * @param limits that the input must keep
     */
    public BencodeReader(byte[] in, Limits limits) {
        this(in, 0, in.length, limits, Set.of());
    }

    /**
     * A reader of a part of an array.
     *
     * @param in the array; all offsets count from its start
     * @param from the first byte of the input
     * @param to the end of the input, exclusive
     * @param limits that the input must keep
     * @param leniencies what to forgive; none for a strict reader
     */
    public BencodeReader(byte[] in, int from, int to, Limits limits, Set<Leniency> leniencies) {
        if (from < 0 || from > to || to > in.length) {
            throw new IllegalArgumentException("range " + from + " to " + to + " of " + in.length + " bytes");
        }
        this.in = in;
        this.from = from;
        this.to = to;
        this.at = from;
        this.limits = limits;
        this.leniencies = leniencies.isEmpty() ? EnumSet.noneOf(Leniency.class) : EnumSet.copyOf(leniencies);
    }

    /**
     * Reads the one value that the array must hold, strictly.
     *
     * @param in the value's bytes and nothing else
     * @param limits that the input must keep
     * @return the value
     * @throws BencodeException if the array holds anything else, or passes a limit
     */
    public static BencodeValue read(byte[] in, Limits limits) throws BencodeException {
        BencodeReader reader = new BencodeReader(in, limits);
        BencodeValue value = reader.next();
        reader.finish();
        return value;
    }

    /** {@return the offset of the next byte to read} */
    public int offset() {
        return at;
    }

    /**
     * Checks that the input ends here.
     *
     * @throws BencodeException if there are more bytes and the reader does not forgive them
     */
    public void finish() throws BencodeException {
        if (at != to) {
            breach(Leniency.TRAILING_BYTES, at, (to - at) + " bytes behind the value");
        }
    }

    /**
     * Reads the next value; more input may follow it, see {@link #offset()}.
     *
     * @return the value
     * @throws BencodeException if the grammar is broken, the input ends too soon or passes a limit
     */
    public BencodeValue next() throws BencodeException {
        if (to - from > limits.bytes()) {
            throw new BencodeException(from + limits.bytes(), "more than " + limits.bytes() + " bytes");
        }
        Open top = null;
        while (true) {
            int start = at;
            byte first = peek();
            BencodeValue value;
            if (first == 'e' && top != null) {
                at++;
                value = close(top);
                top = top.parent;
            } else if (top != null && top.wantsKey()) {
                if (!isDigit(first)) {
                    throw new BencodeException(start, "a dictionary's key must be a string, not " + show(first));
                }
                addKey(top, string());
                continue;
            } else if (first == 'l' || first == 'd') {
                countToken();
                at++;
                top = new Open(top, first == 'd', start);
                if (top.depth > limits.depth()) {
                    throw new BencodeException(start, "deeper than " + limits.depth() + " lists and dictionaries");
                }
                continue;
            } else if (first == 'i') {
                value = integer();
            } else if (isDigit(first)) {
                value = string();
            } else {
                throw new BencodeException(start, "expected a value but found " + show(first));
            }
            if (top == null) {
                return value;
            }
            top.values.add(value);
        }
    }

    private BencodeValue close(Open open) throws BencodeException {
        if (open.keys == null) {
            return new BencodeList(open.values, open.start, at);
        }
        if (open.keys.size() != open.values.size()) {
            throw new BencodeException(at - 1, "a key without a value");
        }
        if (!open.isOrdered) {
            order(open);
        }
        return new BencodeDictionary(open.keys, open.values, open.start, at);
    }

    private void addKey(Open open, BencodeString key) throws BencodeException {
        int last = open.keys.size() - 1;
        if (last >= 0) {
            int order = open.keys.get(last).compareTo(key);
            if (order > 0) {
                breach(Leniency.UNSORTED_KEYS, key.start(), "key out of order");
            }
            // A duplicate shows now, or when all keys are known.
            if (order == 0 && !leniencies.contains(Leniency.DUPLICATE_KEYS)) {
                throw duplicate(key);
            }
            open.isOrdered &= order < 0;
        }
        open.keys.add(key);
    }

    /**
     * Sorts the entries of a dictionary whose keys were not in order. Of equal keys the first one
     * stays.
     */
    private void order(Open open) throws BencodeException {
        Integer[] byKey = new Integer[open.keys.size()];
        Arrays.setAll(byKey, i -> i);
        Arrays.sort(byKey, (a, b) -> open.keys.get(a).compareTo(open.keys.get(b)));
        List<BencodeString> keys = new ArrayList<>(byKey.length);
        List<BencodeValue> values = new ArrayList<>(byKey.length);
        for (int index : byKey) {
            BencodeString key = open.keys.get(index);
            if (!keys.isEmpty() && keys.get(keys.size() - 1).compareTo(key) == 0) {
                if (!leniencies.contains(Leniency.DUPLICATE_KEYS)) {
                    throw duplicate(key);
                }
            } else {
                keys.add(key);
                values.add(open.values.get(index));
            }
        }
        open.keys = keys;
        open.values = values;
    }

    private static BencodeException duplicate(BencodeString key) {
        return new BencodeException(key.start(), "key " + key + " twice");
    }

    private BencodeString string() throws BencodeException {
        countToken();
        int start = at;
        long length = 0;
        byte digit = next8();
        boolean leadingZero = digit == '0' && isDigit(peek());
        if (leadingZero) {
            breach(Leniency.LEADING_ZEROS, start, "leading zero in a string's length");
        }
        while (digit != ':') {
            if (!isDigit(digit)) {
                throw new BencodeException(at - 1, "expected a digit or ':' in a string's length but found " + show(digit));
            }
            length = length * 10 + digit - '0';
            if (length > to - at) {
                throw new BencodeException(start, "a string of " + length + " or more bytes, but only " + (to - at) + " are left");
            }
            digit = next8();
        }
        if (length > to - at) {
            throw new BencodeException(start, "a string of " + length + " bytes, but only " + (to - at) + " are left");
        }
        byte[] bytes = Arrays.copyOfRange(in, at, at + (int) length);
        at += (int) length;
        return new BencodeString(bytes, start, at);
    }

    private BencodeInteger integer() throws BencodeException {
        countToken();
        int start = at++;
        boolean isNegative = peek() == '-';
        if (isNegative) {
            at++;
        }
        int firstDigit = at;
        long negated = 0; // the smallest negative number is one further from 0
        byte digit = next8();
        while (digit != 'e') {
            if (!isDigit(digit)) {
                throw new BencodeException(at - 1, "expected a digit or 'e' in an integer but found " + show(digit));
            }
            int units = digit - '0';
            if (negated < (Long.MIN_VALUE + units) / 10) {
                throw new BencodeException(start, "integer beyond 64 bits");
            }
            negated = negated * 10 - units;
            digit = next8();
        }
        int digits = at - 1 - firstDigit;
        if (digits == 0) {
            throw new BencodeException(start, "integer without digits");
        }
        if (negated == Long.MIN_VALUE && !isNegative) {
            throw new BencodeException(start, "integer beyond 64 bits");
        }
        if (digits > 1 && in[firstDigit] == '0') {
            breach(Leniency.LEADING_ZEROS, start, "leading zero in an integer");
        }
        if (isNegative && negated == 0) {
            breach(Leniency.NEGATIVE_ZERO, start, "negative zero");
        }
        return new BencodeInteger(isNegative ? negated : -negated, start, at);
    }

    private void countToken() throws BencodeException {
        if (tokens == limits.tokens()) {
            throw new BencodeException(at, "more than " + limits.tokens() + " strings, integers, lists and dictionaries");
        }
        tokens++;
    }

    private void breach(Leniency what, int offset, String problem) throws BencodeException {
        if (!leniencies.contains(what)) {
            throw new BencodeException(offset, problem);
        }
    }

    private byte next8() throws BencodeException {
        byte next = peek();
        at++;
        return next;
    }

    private byte peek() throws BencodeException {
        if (at == to) {
            throw new BencodeException(at, "the input ends too soon");
        }
        return in[at];
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static String show(byte b) {
        return b > ' ' && b < 0x7f ? "'" + (char) b + "'" : String.format("0x%02x", b & 0xff);
    }

    /** An open list or dictionary. */
    private static final class Open {
        final Open parent;
        final int depth;
        final int start;
        List<BencodeString> keys;
        List<BencodeValue> values = new ArrayList<>();
        boolean isOrdered = true;

        Open(Open parent, boolean isDictionary, int start) {
            this.parent = parent;
            this.depth = parent == null ? 1 : parent.depth + 1;
            this.start = start;
            this.keys = isDictionary ? new ArrayList<>() : null;
        }

        boolean wantsKey() {
            return keys != null && keys.size() == values.size();
        }
    }
}
