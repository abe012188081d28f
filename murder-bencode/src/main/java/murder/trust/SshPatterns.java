package murder.trust;

/**
 * The pattern lists of OpenSSH: patterns with {@code *} and {@code ?}, commas between them; one
 * with {@code !} forbids.
 */
final class SshPatterns {
    private SshPatterns() {}

    static boolean matches(String patterns, String text) {
        boolean isMatch = false;
        for (String pattern : patterns.split(",", -1)) {
            if (pattern.startsWith("!")) {
                if (matchesOne(pattern.substring(1), text)) {
                    return false;
                }
            } else {
                isMatch |= matchesOne(pattern, text);
            }
        }
        return isMatch;
    }

    /**
     * Takes time in proportion to the product of both lengths: it goes back only to the last
     * {@code *}.
     */
    private static boolean matchesOne(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
