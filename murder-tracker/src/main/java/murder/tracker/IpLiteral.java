package murder.tracker;

import java.nio.ByteBuffer;
import murder.peer.PeerAddress;

/** Reads and writes addresses as text, without {@code java.net}: it never looks up a name. */
public final class IpLiteral {
    private IpLiteral() {}

    /**
     * Reads {@code 10.0.0.1}, {@code 2001:db8::1} or {@code ::ffff:10.0.0.1}.
     *
     * @param text the address, without brackets
     * @param port 0 to 65535
     * @return the address with that port, or null if the text is no address
     */
    public static PeerAddress parse(String text, int port) {
        if (text.indexOf(':') < 0) {
            long address = parseIpv4(text, 0);
            return address < 0 ? null : PeerAddress.ofIpv4((int) address, port);
        }
        return parseIpv6(text, port);
    }

    /**
     * {@return the address alone, without its port and without brackets}
     *
     * @param address any
     */
    public static String format(PeerAddress address) {
        String text = address.toString();
        String host = text.substring(0, text.lastIndexOf(':'));
        return address.isIpv4() ? host : host.substring(1, host.length() - 1);
    }

    /**
     * Whether the address is a loopback, link-local or private one: 127/8, 10/8, 172.16/12,
     * 192.168/16, 169.254/16, ::1, fe80::/10, fc00::/7. A tracker may let such hosts name another
     * address.
     *
     * @param address any
     * @return true if it is
     */
    public static boolean isPrivate(PeerAddress address) {
        if (address.isIpv4()) {
            int ip = (int) address.low();
            return ip >>> 24 == 127 || ip >>> 24 == 10 || ip >>> 20 == 0xac1 || ip >>> 16 == 0xc0a8 || ip >>> 16 == 0xa9fe;
        }
        return address.high() == 0 && address.low() == 1 || address.high() >>> 54 == 0xfe80 >>> 6 || address.high() >>> 57 == 0xfc >>> 1;
    }

    /** The 32 bits, or -1. */
    private static long parseIpv4(String text, int from) {
        long address = 0;
        int at = from;
        for (int part = 0; part < 4; part++) {
            if (part > 0 && (at >= text.length() || text.charAt(at++) != '.')) {
                return -1;
            }
            int start = at;
            int value = 0;
            while (at < text.length() && at - start < 3 && digit(text.charAt(at), 10) >= 0) {
                value = value * 10 + digit(text.charAt(at++), 10);
            }
            if (at == start || value > 255) {
                return -1;
            }
            address = address << 8 | value;
        }
        return at == text.length() ? address : -1;
    }

    private static PeerAddress parseIpv6(String text, int port) {
        ByteBuffer bytes = ByteBuffer.allocate(16);
        int gap = -1;
        int at = 0;
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < text.length()) {
            int start = at;
            int value = 0;
            while (at < text.length() && at - start < 4 && digit(text.charAt(at), 16) >= 0) {
                value = value << 4 | digit(text.charAt(at++), 16);
            }
            if (at < text.length() && text.charAt(at) == '.') {
                long tail = parseIpv4(text, start);
                if (tail < 0 || bytes.remaining() < 4) {
                    return null;
                }
                bytes.putInt((int) tail);
                at = text.length();
                break;
            }
            if (at == start || bytes.remaining() < 2) {
                return null;
            }
            bytes.putShort((short) value);
            if (at == text.length()) {
                break;
            }
            if (text.charAt(at++) != ':' || at == text.length()) {
                return null;
            }
            if (text.charAt(at) == ':') {
                if (gap >= 0) {
                    return null;
                }
                gap = bytes.position();
                at++;
            }
        }
        int filled = bytes.position();
        if (gap < 0 ? filled != 16 : filled > 14) {
            return null;
        }
        byte[] address = bytes.array();
        if (gap >= 0) {
            int tail = filled - gap;
            byte[] spread = new byte[16];
            System.arraycopy(address, 0, spread, 0, gap);
            System.arraycopy(address, gap, spread, 16 - tail, tail);
            address = spread;
        }
        return PeerAddress.of(address, port);
    }

    /** The value of an ASCII digit, or -1: {@code Character.digit} takes digits of every script. */
    private static int digit(char c, int radix) {
        int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        return value < radix ? value : -1;
    }
}
