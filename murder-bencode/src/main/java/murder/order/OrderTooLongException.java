package murder.order;

import java.io.IOException;

/** An order would have more than {@link SignedOrder#MAX_BYTES}. */
public final class OrderTooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param length in bytes */
    OrderTooLongException(int length) {
        super("the order takes " + length + " bytes, more than " + SignedOrder.MAX_BYTES + "; hold fewer releases, or name fewer hosts");
    }
}
