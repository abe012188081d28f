package murder.wire.nio;

import murder.wire.HandshakeHandler;

/**
 * The events of one connection for its owner, on the loop's thread. Messages go to another handler,
 * which the owner names by {@link Connection#setMessageHandler}. A
 * {@link murder.wire.WireException} out of these methods closes the connection with
 * {@link CloseReason#VIOLATION}. A {@link RuntimeException} is a fault of ours: it is logged, and
 * closes this connection with {@link CloseReason#HANDLER_FAILED}. An {@link Error} ends the loop.
 *
 * <p>Order of calls: {@link #onConnected}, {@code onHandshake}, {@code onPeerId}, messages,
 * {@link #onClosed}. Once the connection is closed, from either side, only {@link #onClosed}
 * follows.
 */
public interface ConnectionHandler extends HandshakeHandler {
    /** TCP is up, dialled or accepted. The first call. */
    void onConnected(Connection connection);

    /**
     * What waits to be written has fallen below {@link LoopOptions#LOW_WATER_BYTES}, having been at
     * or above it: more may be sent.
     */
    void onWritable();

    /**
     * The connection is over. Exactly once, the last call, at the end of a turn, so never from
     * within a call to {@link Connection}; also when dialling failed, without {@link #onConnected}
     * before it. (When a fault ends the loop, {@link TurnHandler#onFatal} is told instead.)
     *
     * @param detail what happened, for logs
     */
    void onClosed(CloseReason reason, String detail);
}
