package murder.tools.cli;

/**
 * Text from a torrent, a peer, a tracker or a host, made safe for a terminal. It may contain escape
 * sequences. It may contain marks that reverse the direction of text (UAX 9), so that it looks like
 * another text.
 */
public final class Printable {
    private static final char INSTEAD = '?';

    private Printable() {
    }

    /**
     * The text on one line: every control character, line break and mark of direction becomes a
     * question mark.
     */
    public static String of(String text) {
        return safe(text, false);
    }

    /** Like {@link #of}, but line feeds and tabs stay. */
    static String lines(String text) {
        return safe(text, true);
    }

    private static String safe(String text, boolean withLines) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isHarmful(c) && !(withLines && (c == '\n' || c == '\t'))) {
                if (safe == null) {
                    safe = new StringBuilder(text);
                }
                safe.setCharAt(i, INSTEAD);
            }
        }
        return safe == null ? text : safe.toString();
    }

    private static boolean isHarmful(char c) {
        return Character.isISOControl(c) || c == '\u061c' || c >= '\u200e' && c <= '\u200f' || c >= '\u2028' && c <= '\u202e'
            || c >= '\u2066' && c <= '\u2069';
    }
}
