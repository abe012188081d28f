package murder.engine;

import murder.wire.MessageHandler;

/**
 * The torrent's side of an admitted connection. It gets the peer's messages. Loop's thread only.
 */
interface Party extends MessageHandler {
    /** The connection can send more: see {@code ConnectionHandler.onWritable}. */
    void onWritable();

    /** The connection is gone. The last call. */
    void onClosed();
}
