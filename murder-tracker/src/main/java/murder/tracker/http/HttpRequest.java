package murder.tracker.http;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * What a tracker looks at in a request (RFC 9112); header fields and a body change nothing for it.
 *
 * @param path of the target, not decoded
 * @param query of the target, not decoded, or null
 * @param remote who asks
 */
record HttpRequest(String method, String path, String query, InetSocketAddress remote) {
    private static final String ORIGIN = "http://";

    /**
     * Where the empty line ends that ends a head; lines end in CR LF or in LF alone.
     *
     * @param from index of the first byte that was not looked at before
     * @return the index behind it, or -1 if it has not come
     */
    static int endOfHead(byte[] bytes, int from, int length) {
        for (int i = Math.max(1, from); i < length; i++) {
            if (bytes[i] == '\n' && (bytes[i - 1] == '\n' || i > 1 && bytes[i - 1] == '\r' && bytes[i - 2] == '\n')) {
                return i + 1;
            }
        }
        return -1;
    }

    /** Reads the first line of a whole head; null if it is none of HTTP/1. */
    static HttpRequest parse(byte[] head, int length, InetSocketAddress remote) {
        String line = new String(head, 0, length, StandardCharsets.ISO_8859_1);
        int end = line.indexOf('\n');
        line = line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first < 1 || first == last || !line.startsWith("HTTP/1.", last + 1)) {
            return null;
        }
        String target = line.substring(first + 1, last);
        if (target.startsWith(ORIGIN)) {
            int path = target.indexOf('/', ORIGIN.length());
            target = path < 0 ? "/" : target.substring(path);
        }
        if (!target.startsWith("/") || target.indexOf(' ') >= 0) {
            return null;
        }
        int question = target.indexOf('?');
        return new HttpRequest(line.substring(0, first), question < 0 ? target : target.substring(0, question),
            question < 0 ? null : target.substring(question + 1), remote);
    }
}
