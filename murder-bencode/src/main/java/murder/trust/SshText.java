package murder.trust;

import java.util.Base64;

/**
 * Bytes between a line that begins them and a line that ends them, as OpenSSH writes keys and
 * signatures.
 */
final class SshText {
    private static final int LINE_LENGTH = 70;

    private SshText() {}

    /** @param name such as {@code SSH SIGNATURE} */
    static String write(String name, byte[] bytes) {
        String base64 = Base64.getEncoder().encodeToString(bytes);
        StringBuilder text = new StringBuilder("-----BEGIN " + name + "-----\n");
        for (int at = 0; at < base64.length(); at += LINE_LENGTH) {
            text.append(base64, at, Math.min(base64.length(), at + LINE_LENGTH)).append('\n');
        }
        return text.append("-----END ").append(name).append("-----\n").toString();
    }

    /** Lines may have any length and end. */
    static byte[] read(String name, String text) throws KeyFormatException {
        String lines = text.strip().replace("\r", "");
        String begin = "-----BEGIN " + name + "-----\n";
        String end = "\n-----END " + name + "-----";
        if (!lines.startsWith(begin) || !lines.endsWith(end) || lines.length() < begin.length() + end.length()) {
            throw new KeyFormatException("it does not begin with '" + begin.strip() + "' and end likewise");
        }
        return SshPublicKey.decode(lines.substring(begin.length(), lines.length() - end.length()).replace("\n", ""));
    }
}
