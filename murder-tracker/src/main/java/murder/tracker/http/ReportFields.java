package murder.tracker.http;

import java.util.HashMap;
import java.util.Map;

/**
 * The members of one line of a report, for the page and for metrics. Agents may send anything: a
 * line that is not a flat JSON object has no members. Pure.
 */
final class ReportFields {
    private static final int MAX_MEMBERS = 64;

    private final String text;
    private int at;

    private ReportFields(String text) {
        this.text = text;
    }

    /**
     * {@return the members as text: strings without their escapes, numbers and booleans as they
     * are}
     */
    static Map<String, String> read(String line) {
        ReportFields reader = new ReportFields(line);
        Map<String, String> members = new HashMap<>();
        return reader.object(members) ? members : Map.of();
    }

    private boolean object(Map<String, String> members) {
        if (!skip('{')) {
            return false;
        }
        while (members.size() < MAX_MEMBERS) {
            String name = value();
            String value = name != null && skip(':') ? value() : null;
            if (value == null) {
                return false;
            }
            members.put(name, value);
            if (skip('}')) {
                return true;
            }
            if (!skip(',')) {
                return false;
            }
        }
        return false;
    }

    private boolean skip(char c) {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        boolean isThere = at < text.length() && text.charAt(at) == c;
        at += isThere ? 1 : 0;
        return isThere;
    }

    /** A string, or a word up to the next comma or brace; null if there is none. */
    private String value() {
        if (skip('"')) {
            return string();
        }
        int from = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return from == at ? null : text.substring(from, at);
    }

    private String string() {
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\') {
                if (at == text.length()) {
                    return null;
                }
                c = text.charAt(at++);
                if (c == 'u') {
                    c = unicode();
                } else if (c != '"' && c != '\\' && c != '/') {
                    c = ' '; // A line break or the like: shown on one line.
                }
            }
            value.append(c);
        }
        return null;
    }

    private char unicode() {
        int value = 0;
        for (int i = 0; i < 4 && at < text.length(); i++) {
            int digit = Character.digit(text.charAt(at++), 16);
            value = digit < 0 ? '?' : value << 4 | digit;
        }
        return (char) value;
    }
}
