package murder.engine;

import murder.wire.MessageHandler;

/**
 * What a connection is to its torrent once the torrent has admitted it. It hears the peer's
 * messages. Loop's thread only.
 */
interface Party extends MessageHandler {
    /** More may be sent: see {@code ConnectionHandler.onWritable}. */
    void onWritable();

    /** The connection is gone. The last call. */
    void onClosed();
}
