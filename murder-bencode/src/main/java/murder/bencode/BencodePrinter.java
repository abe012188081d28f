package murder.bencode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Iterator;

/** Shows a value to people, without recursion and with a limit. */
final class BencodePrinter {
    private static final int MAX_CHARS = 1000;
    private static final int MAX_STRING_BYTES = 64;

    private BencodePrinter() {}

    static String print(BencodeValue root) {
        StringBuilder out = new StringBuilder();
        Deque<Open> open = new ArrayDeque<>();
        BencodeValue value = root;
        while (out.length() < MAX_CHARS) {
            if (value instanceof BencodeString string) {
                string(out, string);
            } else if (value instanceof BencodeInteger integer) {
                out.append(integer.value());
            } else {
                Open container = Open.of(value);
                out.append(container.brackets.charAt(0));
                open.push(container);
            }
            while (!open.isEmpty() && !open.peek().values.hasNext()) {
                out.append(open.pop().brackets.charAt(1));
            }
            if (open.isEmpty()) {
                return out.toString();
            }
            value = open.peek().next(out);
        }
        return out.append("...").toString();
    }

    private static void string(StringBuilder out, BencodeString string) {
        byte[] bytes = string.array();
        int shown = Math.min(bytes.length, MAX_STRING_BYTES);
        boolean printable = true;
        for (int i = 0; i < shown; i++) {
            printable &= bytes[i] >= ' ' && bytes[i] < 0x7f && bytes[i] != '"';
        }
        if (printable) {
            out.append('"').append(new String(bytes, 0, shown, StandardCharsets.US_ASCII)).append('"');
        } else {
            out.append('<').append(HexFormat.of().formatHex(bytes, 0, shown)).append('>');
        }
        if (shown < bytes.length) {
            out.append("...(").append(bytes.length).append(" bytes)");
        }
    }

    /** A list or dictionary that is being shown. */
    private static final class Open {
        final String brackets;
        final Iterator<BencodeString> keys;
        final Iterator<BencodeValue> values;
        private boolean first = true;

        private Open(String brackets, Iterator<BencodeString> keys, Iterator<BencodeValue> values) {
            this.brackets = brackets;
            this.keys = keys;
            this.values = values;
        }

        static Open of(BencodeValue value) {
            return value instanceof BencodeDictionary dictionary
                ? new Open("{}", dictionary.keys().iterator(), dictionary.values().iterator())
                : new Open("[]", null, ((BencodeList) value).iterator());
        }

        BencodeValue next(StringBuilder out) {
            if (!first) {
                out.append(", ");
            }
            first = false;
            if (keys != null) {
                string(out, keys.next());
                out.append(": ");
            }
            return values.next();
        }
    }
}
