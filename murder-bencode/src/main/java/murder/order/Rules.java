package murder.order;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import murder.trust.SwarmKey;

/**
 * The rules for texts, numbers and lists of an order. A violation is an
 * {@link IllegalArgumentException}; parsers convert it to their type.
 */
final class Rules {
    private static final int MAX_NAME_BYTES = 255;
    private static final int MAX_PATH_BYTES = 4096;
    /** Of a key of 16384 bits, with its options. */
    private static final int MAX_LINE = 16 * 1024;

    private Rules() {}

    static void checkCount(String what, int count, int least, int most) {
        if (count < least || count > most) {
            throw new IllegalArgumentException(count + " " + what + ", not " + least + " to " + most);
        }
    }

    /** @param what a noun for the message */
    static void checkName(String what, String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("a " + what + " of " + bytes + " bytes, not 1 to " + MAX_NAME_BYTES);
        }
        checkPrintable(what, name);
    }

    /** An element of a path below a destination, valid for all agents. */
    static void checkTag(String tag) {
        checkName("tag", tag);
        if (tag.equals(".") || tag.equals("..") || tag.indexOf('/') >= 0 || tag.indexOf('\\') >= 0) {
            throw new IllegalArgumentException("the tag '" + tag + "' is no name of a directory");
        }
    }

    /** Absolute and without '..': agents compare it with their roots. */
    static void checkPath(String what, String path) {
        int bytes = path.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH_BYTES) {
            throw new IllegalArgumentException(what + " has " + bytes + " bytes, more than " + MAX_PATH_BYTES);
        }
        checkPrintable(what, path);
        boolean isPlain = path.startsWith("/") && !path.endsWith("/");
        int from = 1;
        while (isPlain && from <= path.length()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            String element = path.substring(from, to);
            isPlain = !element.isEmpty() && !element.equals(".") && !element.equals("..");
            from = to + 1;
        }
        if (!isPlain) {
            throw new IllegalArgumentException(what + " '" + path + "' is no absolute path without '.', '..' and empty elements");
        }
    }

    /** @param what a noun for the message, which does not show the line */
    static void checkLine(String what, String line) {
        checkPrintable(what, line);
        if (line.isEmpty() || line.length() > MAX_LINE) {
            throw new IllegalArgumentException("a " + what + " has " + line.length() + " characters, not 1 to " + MAX_LINE);
        }
    }

    static void checkSha256(String hex) {
        checkHex("a SHA-256", hex, 64);
    }

    /** Empty, or that of a secret. */
    static void checkFingerprint(String hex) {
        if (!hex.isEmpty()) {
            checkHex("the fingerprint of a key", hex, 2 * SwarmKey.FINGERPRINT_LENGTH);
        }
    }

    private static void checkHex(String what, String hex, int digits) {
        boolean isRight = hex.length() == digits;
        for (int i = 0; i < hex.length(); i++) {
            char c = hex.charAt(i);
            isRight &= c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
        }
        if (!isRight) {
            throw new IllegalArgumentException(what + " has " + digits + " lower-case hexadecimal digits");
        }
    }

    /** A copy. */
    static List<String> names(String what, List<String> names, int least, int most) {
        checkCount(what, names.size(), least, most);
        HashSet<String> seen = new HashSet<>();
        for (String name : names) {
            checkName("name", name);
            if (!seen.add(name)) {
                throw new IllegalArgumentException("'" + name + "' twice among the " + what);
            }
        }
        return List.copyOf(names);
    }

    private static void checkPrintable(String what, String text) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int type = Character.getType(text.codePointAt(i));
            if (type == Character.CONTROL || type == Character.SURROGATE || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR) {
                throw new IllegalArgumentException("control characters in a " + what);
            }
        }
    }
}
