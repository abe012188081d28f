package murder.peer;

import java.nio.ByteBuffer;

/**
 * The address of a peer: an IPv4 or IPv6 address and a port. A pure value, without
 * {@code java.net}. An IPv4 address is stored in its IPv4-mapped IPv6 form
 * ({@code ::ffff:a.b.c.d}), so that both forms of one host are equal.
 *
 * @param high bytes 0 to 7 of the IPv6 form, big-endian
 * @param low bytes 8 to 15 of the IPv6 form, big-endian
 * @param port 0 to 65535
 */
public record PeerAddress(long high, long low, int port) {
    private static final long MAPPED_PREFIX = 0xffffL << 32;

    /**
     * Checks the port.
     *
     * @param high any
     * @param low any
     * @param port 0 to 65535
     * @throws IllegalArgumentException if the port is out of range
     */
    public PeerAddress {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
    }

    /**
     * {@return an IPv4 address}
     *
     * @param address its four bytes, the first one highest
     * @param port 0 to 65535
     */
    public static PeerAddress ofIpv4(int address, int port) {
        return new PeerAddress(0, MAPPED_PREFIX | (address & 0xffffffffL), port);
    }

    /**
     * {@return an IPv4 or IPv6 address}
     *
     * @param address 4 bytes (IPv4) or 16 bytes (IPv6), in network order
     * @param port 0 to 65535
     * @throws IllegalArgumentException for any other length
     */
    public static PeerAddress of(byte[] address, int port) {
        ByteBuffer bytes = ByteBuffer.wrap(address);
        if (address.length == 4) {
            return ofIpv4(bytes.getInt(), port);
        }
        if (address.length != 16) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + address.length);
        }
        return new PeerAddress(bytes.getLong(), bytes.getLong(), port);
    }

    /** {@return whether this is IPv4, also if written as IPv6} */
    public boolean isIpv4() {
        return high == 0 && (low >>> 32) == 0xffffL;
    }

    /** {@return the address as 4 bytes (IPv4) or 16 (IPv6), in network order} */
    public byte[] addressBytes() {
        if (isIpv4()) {
            return ByteBuffer.allocate(4).putInt((int) low).array();
        }
        return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    /** {@return whether this is a loopback address, which many peers may share} */
    public boolean isLoopback() {
        return isIpv4() ? (low >>> 24 & 0xff) == 127 : high == 0 && low == 1;
    }

    /**
     * {@return whether this is a link-local address: {@code 169.254.0.0/16} or {@code fe80::/10}}
     */
    public boolean isLinkLocal() {
        return isIpv4() ? (int) low >>> 16 == 0xa9fe : high >>> 54 == 0xfe80 >>> 6;
    }

    /**
     * Whether another host may be able to reach this address. A tracker hands out only such
     * addresses, and a peer dials only such addresses of strangers. Not reachable are
     * {@code 0.0.0.0/8}, {@code 127.0.0.0/8}, {@code 169.254.0.0/16}, {@code 224.0.0.0/4},
     * {@code 255.255.255.255}, {@code ::/96}, {@code fe80::/10} and {@code ff00::/8} (RFC 6890):
     * they belong to the host itself, to its link, or to no single host.
     *
     * @return false for an unspecified, loopback, link-local, multicast or broadcast address; the
     *     port does not matter
     */
    public boolean isRoutable() {
        if (isIpv4()) {
            int ip = (int) low;
            int first = ip >>> 24;
            return first != 0 && first != 127 && !isLinkLocal() && ip >>> 28 != 0xe && ip != -1;
        }
        boolean isHostItself = high == 0 && low >>> 32 == 0;
        return !isHostItself && !isLinkLocal() && high >>> 56 != 0xff;
    }

    /**
     * {@return the same address with another port}
     *
     * @param newPort 0 to 65535
     */
    public PeerAddress withPort(int newPort) {
        return new PeerAddress(high, low, newPort);
    }

    // Written by hand: the generated methods of records use method handles, which each process must
    // link. This takes 20 ms of a peer's start. In a tracker's first second it takes more than the
    // rest of an announce.
    @Override
    public boolean equals(Object other) {
        return other instanceof PeerAddress that && high == that.high && low == that.low && port == that.port;
    }

    @Override
    public int hashCode() {
        return Long.hashCode((31 * (31 * high + low) + port) * 0x9e3779b97f4a7c15L); // the odd number nearest 2^64 / golden ratio
    }

    /** {@code 10.0.0.1:6881} or {@code [2001:db8:0:0:0:0:0:1]:6881}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (isIpv4()) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                text.append((low >>> shift) & 0xff).append(shift == 0 ? "" : ".");
            }
        } else {
            text.append('[');
            for (int group = 0; group < 8; group++) {
                long half = group < 4 ? high : low;
                text.append(group == 0 ? "" : ":").append(Long.toHexString((half >>> (48 - 16 * (group % 4))) & 0xffff));
            }
            text.append(']');
        }
        return text.append(':').append(port).toString();
    }
}
