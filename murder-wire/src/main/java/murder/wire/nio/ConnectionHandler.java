package murder.wire.nio;

import murder.wire.HandshakeHandler;

/**
 * The events of one connection for its owner, on the loop's thread. Messages go to another handler,
 * which the owner names by {@link Connection#setMessageHandler}. A
 * {@link murder.wire.WireException} from these methods closes the connection with
 * {@link CloseReason#VIOLATION}. A {@link RuntimeException} is a fault of the program: it is
 * logged, and closes this connection with {@link CloseReason#HANDLER_FAILED}. An {@link Error} ends
 * the loop.
 *
 * <p>Order of calls: {@link #onConnected}, {@code onHandshake}, {@code onPeerId}, messages,
 * {@link #onClosed}. After a close from either side only {@link #onClosed} follows.
 */
public interface ConnectionHandler extends HandshakeHandler {
    /** TCP is up, dialled or accepted. The first call. */
    void onConnected(Connection connection);

    /**
     * The waiting bytes have fallen below {@link LoopOptions#LOW_WATER_BYTES}: the connection takes
     * more.
     */
    void onWritable();

    /**
     * The connection has ended. This is the last call, exactly once, at the end of a turn, never
     * during a call to {@link Connection}. It also comes after a failed dial, without
     * {@link #onConnected} before it. (When a fault ends the loop, {@link TurnHandler#onFatal} is
     * called instead.)
     *
     * @param detail for logs
     */
    void onClosed(CloseReason reason, String detail);
}
