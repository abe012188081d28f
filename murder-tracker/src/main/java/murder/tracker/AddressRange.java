package murder.tracker;

import java.util.Objects;
import murder.peer.PeerAddress;

/**
 * A range of addresses such as {@code 10.1.0.0/16} or {@code fd00::/8}; an address alone is a range
 * of one.
 *
 * @param first any address of the range; its port does not matter
 * @param prefixBits how many leading bits of its IPv6 form all addresses share, 0 to 128
 */
public record AddressRange(PeerAddress first, int prefixBits) {
    private static final int IPV4_OFFSET_BITS = 96;

    /**
     * Checks the number of bits.
     *
     * @param first not null
     * @param prefixBits 0 to 128
     * @throws IllegalArgumentException if the number of bits is out of range
     */
    public AddressRange {
        Objects.requireNonNull(first, "first");
        if (prefixBits < 0 || prefixBits > 128) {
            throw new IllegalArgumentException("a prefix of " + prefixBits + " bits is not in 0..128");
        }
    }

    /**
     * Reads {@code ADDRESS} or {@code ADDRESS/BITS}.
     *
     * @param text an IPv4 or IPv6 address, with the length of the prefix behind a slash
     * @return null if the text is no range
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        PeerAddress first = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash), 0);
        if (first == null) {
            return null;
        }
        int offset = first.isIpv4() ? IPV4_OFFSET_BITS : 0;
        if (slash < 0) {
            return new AddressRange(first, 128);
        }
        String bits = text.substring(slash + 1);
        if (bits.isEmpty() || bits.length() > 3 || !bits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        int length = offset + Integer.parseInt(bits);
        return length > 128 ? null : new AddressRange(first, length);
    }

    /**
     * {@return whether the address is in this range}
     *
     * @param address with any port
     */
    public boolean contains(PeerAddress address) {
        long high = first.high() ^ address.high();
        long low = first.low() ^ address.low();
        return prefixBits <= 64 ? prefixBits == 0 || high >>> (64 - prefixBits) == 0
            : high == 0 && low >>> (128 - prefixBits) == 0;
    }

    /** The range as {@link #parse} reads it: {@code 10.1.0.0/16}. */
    @Override
    public String toString() {
        boolean isIpv4 = first.isIpv4() && prefixBits >= IPV4_OFFSET_BITS;
        return IpLiteral.format(first) + "/" + (isIpv4 ? prefixBits - IPV4_OFFSET_BITS : prefixBits);
    }
}
