package murder.metainfo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules for names of files in a torrent. A path is a list of elements below the receiver's
 * directory. No valid list leads out of that directory, on any system with {@code /} or {@code \}
 * as separators.
 */
final class PathRules {
    /** Longest element in bytes of UTF-8: NAME_MAX of the usual file systems. */
    static final int MAX_ELEMENT_BYTES = 255;
    /** Longest path in bytes of UTF-8 with its separators: PATH_MAX of Linux. */
    static final int MAX_PATH_BYTES = 4096;

    private PathRules() {}

    /** The fault of one element, or null if it is valid. */
    static String problemOf(String element) {
        if (element.isEmpty()) {
            return "an empty name";
        }
        if (element.equals(".") || element.equals("..")) {
            return "'" + element + "' is not a name";
        }
        for (int i = 0; i < element.length(); i++) {
            char c = element.charAt(i);
            if (c == '/' || c == '\\') {
                return "a separator in the name '" + element + "'";
            }
            if (c == 0) {
                return "a NUL in the name";
            }
        }
        int bytes = element.getBytes(StandardCharsets.UTF_8).length;
        return bytes > MAX_ELEMENT_BYTES ? "a name of " + bytes + " bytes, more than " + MAX_ELEMENT_BYTES : null;
    }

    /**
     * The danger of an element for people, or null. Control characters can command a terminal.
     * Marks of text direction make it look like another name (UAX 9). Torrents of others may have
     * such names; Murder makes none.
     */
    static String problemOfText(String element) {
        for (int i = 0; i < element.length(); i++) {
            char c = element.charAt(i);
            if (Character.isISOControl(c)) {
                return "a control character (U+" + String.format("%04X", (int) c) + ") in its name; rename it";
            }
            if (c == '\u061c' || c >= '\u200e' && c <= '\u200f' || c >= '\u2028' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069') {
                return "a mark of text direction (U+" + String.format("%04X", (int) c) + ") in its name; rename it";
            }
        }
        return null;
    }

    /** The fault in the length of a path with valid elements, or null. */
    static String problemOfLength(List<String> path) {
        int bytes = bytesOf(path).length;
        return bytes > MAX_PATH_BYTES ? "a path of " + bytes + " bytes, more than " + MAX_PATH_BYTES : null;
    }

    /** The path joined by {@code /}, in UTF-8, for sorting. */
    static byte[] bytesOf(List<String> path) {
        return String.join("/", path).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Finds two files that cannot both exist: the same path twice, or one below the other, which
     * must then be a directory and a file (or a symlink) at once. Pad files are never stored and do
     * not count.
     *
     * @return the index of the later file of such a pair, or -1
     */
    static int conflict(List<FileEntry> files) {
        List<Integer> order = new ArrayList<>(files.size());
        for (int i = 0; i < files.size(); i++) {
            if (!files.get(i).pad()) {
                order.add(i);
            }
        }
        // Sorted by elements, everything below a path follows it directly. So comparing neighbours
        // is enough.
        order.sort((a, b) -> compare(files.get(a).path(), files.get(b).path()));
        for (int i = 1; i < order.size(); i++) {
            List<String> path = files.get(order.get(i - 1)).path();
            List<String> next = files.get(order.get(i)).path();
            if (path.size() <= next.size() && next.subList(0, path.size()).equals(path)) {
                return Math.max(order.get(i - 1), order.get(i));
            }
        }
        return -1;
    }

    private static int compare(List<String> a, List<String> b) {
        int common = Math.min(a.size(), b.size());
        for (int i = 0; i < common; i++) {
            int order = a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }
}
