package murder.tracker.httpserver;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The head of a request (RFC 9112). Lines end in CR LF or in LF alone. */
final class RequestHead {
    private static final String ORIGIN = "http://";
    private static final String[] ESCAPED = IntStream.range(0, 256).mapToObj(c -> Character.toString(c)
        .replaceAll("[^-._~!$&'()*+,;=:@/?%A-Za-z0-9]", String.format("%%%02x", c))).toArray(String[]::new);

    final String method;
    final String protocol;
    final URI uri;
    final Headers fields = new Headers();
    final int refusal; // Its status, or 0.
    final int length;
    int messageLength; // With the body.
    /** Whether this request has no body, and the client wants to send another one. */
    boolean isAnotherToFollow;

    /** Reads a head, which ends in an empty line. */
    RequestHead(byte[] bytes, int length) {
        this.length = length;
        this.messageLength = length;
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        String line = text.substring(0, end).trim();
        int target = line.indexOf(' ') + 1;
        int version = line.indexOf(' ', target) + 1;
        method = line.substring(0, Math.max(0, target - 1));
        protocol = line.substring(version);
        uri = target > 0 && protocol.startsWith("HTTP/1.") && protocol.indexOf(' ') < 0 ? uri(line.substring(target, version - 1)) : null;
        readFields(text, end + 1);
        refusal = uri == null ? 400 : frame();
    }

    /** A method of its own, and without split: both save a new tracker's compilers much work. */
    private void readFields(String text, int from) {
        for (int start = from, end; start < length; start = end + 1) {
            end = text.indexOf('\n', start);
            String field = text.substring(start, end).trim();
            int colon = field.indexOf(':');
            if (colon > 0 && field.indexOf('\r') < 0) {
                fields.add(field.substring(0, colon).trim(), field.substring(colon + 1).trim());
            }
        }
    }

    /** Returns the end of a head at or after {@code from}, or -1 if it has not arrived. */
    static int end(byte[] bytes, int from, int length) {
        for (int i = Math.max(1, from); i < length; i++) {
            if (bytes[i] == '\n' && (bytes[i - 1] == '\n' || i > 1 && bytes[i - 1] == '\r' && bytes[i - 2] == '\n')) {
                return i + 1;
            }
        }
        return -1;
    }

    /** Returns null if the target is not a path. Escapes what clients must (RFC 3986): some send raw braces. */
    private static URI uri(String target) {
        int slash = target.startsWith(ORIGIN) ? target.indexOf('/', ORIGIN.length()) : 0;
        String path = slash < 0 ? "/" : target.substring(slash);
        if (!path.startsWith("/") || path.startsWith("//")) {
            return null;
        }
        try {
            return path.indexOf('#') < 0 ? new URI(path) : uri(escaped(path));
        } catch (URISyntaxException e) {
            String escaped = escaped(path);
            return escaped.equals(path) ? null : uri(escaped);
        }
    }

    private static String escaped(String path) {
        return path.chars().collect(StringBuilder::new, (text, c) -> text.append(ESCAPED[c]), StringBuilder::append).toString();
    }

    /** Finds the end of the message. Returns the status of a refusal, or 0. */
    private int frame() {
        List<String> connection = fields.getOrDefault("Connection", List.of());
        Set<String> names = fields.keySet(); // As Headers spells them.
        List<String> lengths = names.contains("Content-length") ? fields.get("Content-Length") : List.of();
        isAnotherToFollow = lengths.isEmpty() && connection.size() == 1 && connection.get(0).equalsIgnoreCase("keep-alive");
        if (names.contains("Expect") || names.contains("Transfer-encoding")) {
            return names.contains("Expect") ? 417 : 501;
        }
        String number = lengths.isEmpty() ? "0" : lengths.get(0);
        if (lengths.size() > 1 || !lengths.isEmpty() && !number.matches("[0-9]+")) {
            return 400;
        }
        messageLength += number.length() > 5 ? Client.MAX_REQUEST_LENGTH : Integer.parseInt(number);
        return messageLength > Client.MAX_REQUEST_LENGTH ? 413 : 0;
    }
}
