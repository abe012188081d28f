package murder.tools.fleet;

import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.UsageException;

/**
 * Turns words into a line for a POSIX shell and back. Only this class puts words into command
 * lines.
 */
final class ShellWords {
    private static final String PLAIN_SIGNS = "_-./:,@%+";

    private ShellWords() {
    }

    /**
     * A line from which {@code sh} makes these words. They may contain everything except NUL, like
     * arguments of a process.
     */
    static String join(List<String> words) {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            // A first word a=b would be an assignment.
            line.append(line.length() == 0 ? quote(word) : " " + quoted(word, PLAIN_SIGNS + "="));
        }
        return line.toString();
    }

    /**
     * The word in single quotes, where only the single quote is special. Plain words stay as they
     * are.
     */
    static String quote(String word) {
        return quoted(word, PLAIN_SIGNS);
    }

    private static String quoted(String word, String plainSigns) {
        if (word.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a word with NUL: " + word);
        }
        return isPlain(word, plainSigns) ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private static boolean isPlain(String word, String plainSigns) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || plainSigns.indexOf(c) >= 0)) {
                return false;
            }
        }
        return !word.isEmpty();
    }

    /**
     * Splits at blanks as a shell does. Quotes and backslashes keep blanks. Nothing is expanded.
     */
    static List<String> split(String line) throws UsageException {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && quote != '\'') {
                if (++i == line.length()) {
                    throw new UsageException("a backslash ends '" + line + "'");
                }
                word.append(line.charAt(i));
                inWord = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (c != ' ' && c != '\t') {
                word.append(c);
                inWord = true;
            } else if (inWord) {
                words.add(word.toString());
                word.setLength(0);
                inWord = false;
            }
        }
        if (quote != 0) {
            throw new UsageException("a " + quote + " is never closed in '" + line + "'");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
