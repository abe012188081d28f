package murder.tracker.http;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * What a tracker looks at in a request (RFC 9112); other header fields and a body change nothing for it.
 *
 * @param path of the target, not decoded
 * @param query of the target, not decoded, or null
 * @param another whether another may follow on its connection: it says so ({@code Connection: keep-alive}) and has no body
 * @param remote who asks
 */
record HttpRequest(String method, String path, String query, boolean another, InetSocketAddress remote) {
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

    /** Reads a whole head; null if its first line is none of HTTP/1. */
    static HttpRequest parse(byte[] head, int length, InetSocketAddress remote) {
        String text = new String(head, 0, length, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        String line = text.substring(0, end > 0 && text.charAt(end - 1) == '\r' ? end - 1 : end);
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
            question < 0 ? null : target.substring(question + 1), isAnotherToFollow(text, end + 1), remote);
    }

    private static boolean isAnotherToFollow(String head, int from) {
        // Most say nothing of it, and a tracker that has just started has no time to look for what.
        if (head.indexOf("keep-alive", from) < 0) {
            return false;
        }
        boolean isAsked = false;
        int end;
        // From colon to colon: to look for one in each of many short lines without would take seconds.
        for (int colon = head.indexOf(':', from); colon >= 0; colon = head.indexOf(':', end)) {
            String name = head.substring(head.lastIndexOf('\n', colon) + 1, colon).trim();
            end = head.indexOf('\n', colon);
            if (name.equalsIgnoreCase("Connection")) {
                isAsked = head.substring(colon + 1, end).trim().equals("keep-alive");
                if (!isAsked) {
                    return false;
                }
            } else if (name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("Transfer-Encoding")) {
                return false;
            }
        }
        return isAsked;
    }
}
