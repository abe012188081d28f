package murder.tracker.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;

/**
 * The parameters of a request, percent-decoded to bytes. Strings of ISO-8859-1 hold them, one
 * character a byte, because {@code info_hash} and {@code peer_id} are not text. A plus sign stays a
 * plus sign, as in the original.
 */
final class Query {
    /** Longest query that is read; a scrape of 200 swarms fits. */
    static final int MAX_LENGTH = 16 * 1024;

    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    private Query() {}

    /**
     * @param raw the text after the question mark, or null
     * @throws TrackerException with {@link Reason#BAD_REQUEST} if it is too long or has a percent
     *     sign without two digits
     */
    static Query parse(String raw) throws TrackerException {
        Query query = new Query();
        if (raw == null || raw.isEmpty()) {
            return query;
        }
        if (raw.length() > MAX_LENGTH) {
            throw new TrackerException(Reason.BAD_REQUEST,
                "query of " + raw.length() + " characters, at most " + MAX_LENGTH + " are allowed");
        }
        int start = 0;
        while (start <= raw.length()) {
            int end = raw.indexOf('&', start);
            end = end < 0 ? raw.length() : end;
            if (end > start) {
                String parameter = raw.substring(start, end);
                int equals = parameter.indexOf('=');
                query.names.add(decode(equals < 0 ? parameter : parameter.substring(0, equals)));
                query.values.add(equals < 0 ? "" : decode(parameter.substring(equals + 1)));
            }
            start = end + 1;
        }
        return query;
    }

    /**
     * The first value of a parameter, or the empty string: absent and empty mean the same to a
     * tracker.
     */
    String get(String name) {
        int index = names.indexOf(name);
        return index < 0 ? "" : values.get(index);
    }

    /** All values of a parameter, in order. */
    List<String> all(String name) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals(name)) {
                all.add(values.get(i));
            }
        }
        return all;
    }

    /** The first value of a parameter as UTF-8. */
    String text(String name) {
        return new String(Text.latin1(get(name)), StandardCharsets.UTF_8);
    }

    private static String decode(String raw) throws TrackerException {
        if (raw.indexOf('%') < 0) {
            return raw;
        }
        StringBuilder decoded = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int high = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) : -1;
                int low = high < 0 ? -1 : hex(raw.charAt(i + 2));
                if (low < 0) {
                    throw new TrackerException(Reason.BAD_REQUEST, "percent sign without two hexadecimal digits in the query");
                }
                decoded.append((char) (high << 4 | low));
                i += 2;
            } else {
                decoded.append(c);
            }
        }
        return decoded.toString();
    }

    private static int hex(char c) {
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }
}
