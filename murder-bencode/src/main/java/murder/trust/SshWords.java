package murder.trust;

import java.util.ArrayList;
import java.util.List;

/** The words of a line as OpenSSH reads it: spaces separate them, but not between double quotes. */
final class SshWords {
    private final String line;
    private int at;

    SshWords(String line) {
        this.line = line;
    }

    /**
     * The next word, without quotes around all of it.
     *
     * @throws KeyFormatException if there is none
     */
    String next() throws KeyFormatException {
        while (at < line.length() && isSpace(line.charAt(at))) {
            at++;
        }
        int begin = at;
        boolean isQuoted = false;
        while (at < line.length() && (isQuoted || !isSpace(line.charAt(at)))) {
            isQuoted ^= isQuote(line, at);
            at++;
        }
        if (isQuoted) {
            throw new KeyFormatException("a quote is not closed");
        } else if (begin == at) {
            throw new KeyFormatException("a line needs principals, a type and a key");
        }
        return unquoted(line.substring(begin, at));
    }

    /**
     * The values between commas, which do not count between double quotes. Quotes around values are
     * removed.
     *
     * @throws KeyFormatException if a value has none
     */
    static List<String> options(String word) throws KeyFormatException {
        List<String> options = new ArrayList<>();
        boolean isQuoted = false;
        int begin = 0;
        for (int i = 0; i <= word.length(); i++) {
            if (i == word.length() || word.charAt(i) == ',' && !isQuoted) {
                options.add(option(word.substring(begin, i)));
                begin = i + 1;
            } else {
                isQuoted ^= isQuote(word, i);
            }
        }
        return options;
    }

    private static String option(String text) throws KeyFormatException {
        int equals = text.indexOf('=');
        if (equals < 0) {
            return text;
        }
        String value = text.substring(equals + 1);
        if (unquoted(value).equals(value)) {
            throw new KeyFormatException("the value of " + text.substring(0, equals) + " has no double quotes around it");
        }
        return text.substring(0, equals + 1) + unquoted(value);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isQuote(String text, int at) {
        return text.charAt(at) == '"' && (at == 0 || text.charAt(at - 1) != '\\');
    }

    private static String unquoted(String text) {
        boolean isQuoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return isQuoted ? text.substring(1, text.length() - 1).replace("\\\"", "\"") : text;
    }
}
