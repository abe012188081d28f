package murder.tracker.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;

/**
 * The reply to one HTTP/1.0 or 1.1 request (RFC 9112), read completely and within limits: bodies
 * with a length, in chunks, or up to the end of the connection.
 *
 * @param headers by lower-case name; of repeated ones the first
 */
record HttpReply(int status, Map<String, String> headers, byte[] body) {
    private static final int MAX_HEAD_LENGTH = 64 * 1024;
    private static final int MAX_LINE_LENGTH = 16 * 1024;

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    boolean isRedirect() {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> !header("location").isEmpty();
            default -> false;
        };
    }

    /** Whether the tracker keeps the connection open. */
    boolean mayAnotherFollow() {
        return header("connection").equalsIgnoreCase("keep-alive");
    }

    /**
     * @throws TrackerException {@link Reason#MALFORMED_REPLY} or {@link Reason#REPLY_TOO_LONG}
     * @throws IOException if the connection fails or ends too soon
     */
    static HttpReply read(InputStream in) throws IOException, TrackerException {
        int status;
        Map<String, String> headers;
        do {
            Head head = new Head(in);
            status = status(head.line());
            headers = head.headers();
        } while (status >= 100 && status < 200);
        byte[] body;
        if (status == 204 || status == 304) {
            body = new byte[0];
        } else if (headers.getOrDefault("transfer-encoding", "").toLowerCase(Locale.ROOT).endsWith("chunked")) {
            body = chunks(in);
        } else if (headers.containsKey("content-length")) {
            body = exactly(in, length(headers.get("content-length"), 10));
        } else {
            body = toEnd(in);
        }
        String encoding = headers.getOrDefault("content-encoding", "").toLowerCase(Locale.ROOT);
        return new HttpReply(status, headers, switch (encoding) {
            case "", "identity" -> body;
            case "gzip", "x-gzip" -> unzip(body);
            default -> throw malformed("content encoding " + Text.printable(encoding, 50) + " was not asked for");
        });
    }

    private static int status(String line) throws TrackerException {
        if (!line.startsWith("HTTP/1.") || line.length() < 12 || line.charAt(8) != ' ') {
            throw malformed("no HTTP/1 status line but " + Text.printable(line, 50));
        }
        int status = 0;
        for (int i = 9; i < 12; i++) {
            char c = line.charAt(i);
            if (c < '0' || c > '9') {
                throw malformed("no HTTP status in " + Text.printable(line, 50));
            }
            status = status * 10 + c - '0';
        }
        return status;
    }

    private static byte[] chunks(InputStream in) throws IOException, TrackerException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Head lines = new Head(in);
        while (true) {
            String line = lines.line();
            int end = line.indexOf(';');
            int length = length((end < 0 ? line : line.substring(0, end)).trim(), 16);
            if (length == 0) {
                lines.headers();
                return body.toByteArray();
            }
            requireShort((long) body.size() + length);
            body.writeBytes(exactly(in, length));
            lines = new Head(in);
            if (!lines.line().isEmpty()) {
                throw malformed("a chunk is longer than its length");
            }
        }
    }

    /** A length from the wire, checked before anything is allocated for it. */
    private static int length(String text, int radix) throws TrackerException {
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), radix) : -1;
            if (digit < 0) {
                throw malformed("no length: " + Text.printable(text, 50));
            }
            length = length * radix + digit;
            requireShort(length);
        }
        if (text.isEmpty()) {
            throw malformed("an empty length");
        }
        return (int) length;
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the tracker closed the connection after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private static byte[] toEnd(InputStream in) throws IOException, TrackerException {
        byte[] bytes = in.readNBytes(Replies.MAX_LENGTH + 1);
        requireShort(bytes.length);
        return bytes;
    }

    private static byte[] unzip(byte[] body) throws IOException, TrackerException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return toEnd(in);
        } catch (ZipException | EOFException e) {
            throw malformed("broken gzip: " + e.getMessage());
        }
    }

    private static void requireShort(long length) throws TrackerException {
        if (length > Replies.MAX_LENGTH) {
            throw new TrackerException(Reason.REPLY_TOO_LONG, "the tracker's reply is longer than " + Replies.MAX_LENGTH + " bytes");
        }
    }

    private static TrackerException malformed(String what) {
        return new TrackerException(Reason.MALFORMED_REPLY, "malformed HTTP reply: " + what);
    }

    /** Lines up to an empty one, bounded together. */
    private static final class Head {
        private final InputStream in;
        private int left = MAX_HEAD_LENGTH;

        Head(InputStream in) {
            this.in = in;
        }

        /** One line without its end, which is CR LF or LF alone. */
        String line() throws IOException, TrackerException {
            StringBuilder line = new StringBuilder();
            while (true) {
                int b = in.read();
                if (b < 0) {
                    throw new EOFException("the tracker closed the connection in the middle of its reply's head");
                }
                if (--left < 0 || line.length() > MAX_LINE_LENGTH) {
                    throw new TrackerException(Reason.REPLY_TOO_LONG, "the head of the tracker's reply is too long");
                }
                if (b == '\n') {
                    int end = line.length() > 0 && line.charAt(line.length() - 1) == '\r' ? line.length() - 1 : line.length();
                    return line.substring(0, end);
                }
                line.append((char) b);
            }
        }

        Map<String, String> headers() throws IOException, TrackerException {
            Map<String, String> headers = new HashMap<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    headers.putIfAbsent(line.substring(0, colon).trim().toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
                }
            }
            return headers;
        }
    }
}
