package murder.tools.cli;

/** Text from a torrent or a peer, made safe for a terminal: it may hold escape sequences. */
public final class Printable {
    private Printable() {
    }

    /** The text with every control character replaced by a question mark. */
    public static String of(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                if (safe == null) {
                    safe = new StringBuilder(text);
                }
                safe.setCharAt(i, '?');
            }
        }
        return safe == null ? text : safe.toString();
    }
}
