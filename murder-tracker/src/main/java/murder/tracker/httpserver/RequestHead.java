package murder.tracker.httpserver;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The head of a request (RFC 9112). Lines end in CR LF or in LF alone. */
final class RequestHead {
    private static final String ORIGIN = "http://";
    /** These stand for themselves in a path and a query (RFC 3986), like letters and digits; a percent sign begins an escape. */
    private static final String PLAIN = "-._~!$&'()*+,;=:@/?%";

    final String method;
    final String protocol;
    final URI uri;
    final int length;
    /** The status that refuses this request, or 0. */
    final int refusal;
    private final String text;
    private Headers fields;
    private int contentLength;
    /** Whether the client wants to send another request on this connection, and this one has no body. */
    boolean isAnotherToFollow;

    /** Reads a head, which ends in an empty line. */
    RequestHead(byte[] bytes, int length) {
        this.length = length;
        text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        String line = text.substring(0, text.indexOf('\n')).trim();
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        boolean isRequest = first < last && line.startsWith("HTTP/1.", last + 1);
        method = isRequest ? line.substring(0, first) : "";
        protocol = isRequest ? line.substring(last + 1) : "";
        uri = isRequest ? uri(line.substring(first + 1, last)) : null;
        // Fields change nothing for a GET that wants no other to follow. A tracker gets ten thousand of them at once.
        boolean isPlain = (method.equals("GET") || method.equals("HEAD")) && text.indexOf("eep-") < 0;
        refusal = uri == null ? 400 : isPlain ? 0 : frame();
    }

    /** Finds the end of a head in bytes of which those before {@code from} were searched already; -1 if it has not come. */
    static int end(byte[] bytes, int from, int length) {
        for (int i = Math.max(1, from); i < length; i++) {
            if (bytes[i] == '\n' && (bytes[i - 1] == '\n' || i > 1 && bytes[i - 1] == '\r' && bytes[i - 2] == '\n')) {
                return i + 1;
            }
        }
        return -1;
    }

    /** Returns null if the target is no path. Some clients send a brace and the like as they are, so these are escaped. */
    private static URI uri(String target) {
        int slash = target.startsWith(ORIGIN) ? target.indexOf('/', ORIGIN.length()) : 0;
        String path = slash < 0 ? "/" : target.substring(slash);
        if (!path.startsWith("/") || path.startsWith("//") || path.indexOf(' ') >= 0) {
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
        StringBuilder out = new StringBuilder(2 * path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || PLAIN.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return out.toString();
    }

    /** Looks where the message ends. Returns the status that refuses it, or 0. */
    private int frame() {
        List<String> connection = fields().getOrDefault("Connection", List.of());
        List<String> lengths = fields.getOrDefault("Content-Length", List.of());
        isAnotherToFollow = lengths.isEmpty() && connection.size() == 1 && connection.get(0).equalsIgnoreCase("keep-alive");
        if (fields.containsKey("Expect") || fields.containsKey("Transfer-Encoding")) {
            return fields.containsKey("Expect") ? 417 : 501;
        }
        String number = lengths.isEmpty() ? "0" : lengths.get(0);
        if (lengths.size() > 1 || !number.matches("[0-9]+")) {
            return 400;
        }
        contentLength = number.length() > 5 ? Client.MAX_REQUEST_LENGTH : Integer.parseInt(number);
        return messageLength() > Client.MAX_REQUEST_LENGTH ? 413 : 0;
    }

    Headers fields() {
        if (fields == null) {
            fields = new Headers();
            for (String line : text.substring(text.indexOf('\n') + 1).split("\n")) {
                int colon = line.indexOf(':');
                if (colon > 0 && line.trim().indexOf('\r') < 0) {
                    fields.add(line.substring(0, colon).trim(), line.substring(colon + 1).trim());
                }
            }
        }
        return fields;
    }

    /** Of head and body. */
    int messageLength() {
        return length + contentLength;
    }
}
