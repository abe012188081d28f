package murder.wire;

import java.nio.ByteBuffer;

/**
 * The extension message {@code murder_order} (BEP 10) of a control swarm. It has the serial of the
 * newest order that the sender knows, and may contain that order:
 *
 * <pre>
 *   8 bytes   serial of the order, big-endian; -1 if the sender knows none
 *   rest      the signed order, at most 16 KiB; empty if the message only says the serial
 * </pre>
 *
 * @param serial at least 0, or {@link #NONE}
 * @param order empty for none; not changed by anybody
 */
public record OrderMessage(long serial, byte[] order) {
    /** Name of the extension. */
    public static final String EXTENSION = "murder_order";
    /** The longest order, in bytes. */
    public static final int MAX_ORDER_LENGTH = 16 << 10;
    /** The serial of a sender that knows no order. */
    public static final long NONE = -1;

    private static final byte[] NO_ORDER = {};

    public OrderMessage {
        if (serial < NONE || order.length > MAX_ORDER_LENGTH || serial == NONE && order.length > 0) {
            throw new IllegalArgumentException("order " + serial + " with " + order.length + " bytes");
        }
    }

    /** A message that brings no order. */
    public static OrderMessage serial(long serial) {
        return new OrderMessage(serial, NO_ORDER);
    }

    public boolean hasOrder() {
        return order.length > 0;
    }

    /** The bytes for {@link ExtensionSender#extended}. */
    public byte[] toPayload() {
        return ByteBuffer.allocate(Long.BYTES + order.length).putLong(serial).put(order).array();
    }

    /**
     * Reads what followed the id of {@code murder_order}.
     *
     * @throws WireException {@link Violation#BAD_EXTENSION}
     */
    public static OrderMessage read(ByteBuffer payload) throws WireException {
        int length = payload.remaining() - Long.BYTES;
        if (length < 0 || length > MAX_ORDER_LENGTH) {
            throw new WireException(Violation.BAD_EXTENSION, EXTENSION + " has " + payload.remaining() + " bytes");
        }
        long serial = payload.getLong();
        if (serial < NONE || serial == NONE && length > 0) {
            throw new WireException(Violation.BAD_EXTENSION, EXTENSION + " " + serial + " with an order of " + length + " bytes");
        }
        byte[] order = length == 0 ? NO_ORDER : new byte[length];
        payload.get(order);
        return new OrderMessage(serial, order);
    }
}
