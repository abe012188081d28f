package murder.engine;

import java.nio.ByteBuffer;
import murder.wire.WireException;

/** A party that ignores all messages: the party of a connection before its torrent admits it. */
class Bystander implements Party {
    /** Counts a message without effect. */
    void onUseless() {
    }

    @Override
    public void onKeepAlive() {
        onUseless();
    }

    @Override
    public void onChoke() {
        onUseless();
    }

    @Override
    public void onUnchoke() {
        onUseless();
    }

    @Override
    public void onInterested() {
        onUseless();
    }

    @Override
    public void onNotInterested() {
        onUseless();
    }

    @Override
    public void onHave(int piece) {
        onUseless();
    }

    @Override
    public void onBitfield(ByteBuffer bits) {
        onUseless();
    }

    @Override
    public void onRequest(int piece, int begin, int length) {
        onUseless();
    }

    @Override
    public void onBlock(int piece, int begin, ByteBuffer payload) {
        onUseless();
    }

    @Override
    public void onCancel(int piece, int begin, int length) {
        onUseless();
    }

    @Override
    public void onPort(int port) {
        onUseless();
    }

    @Override
    public void onSuggest(int piece) {
        onUseless();
    }

    @Override
    public void onHaveAll() {
        onUseless();
    }

    @Override
    public void onHaveNone() {
        onUseless();
    }

    @Override
    public void onReject(int piece, int begin, int length) {
        onUseless();
    }

    @Override
    public void onAllowedFast(int piece) {
        onUseless();
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) throws WireException {
    }

    @Override
    public void onUnknown(int id, int length) {
        onUseless();
    }

    @Override
    public void onWritable() {
    }

    @Override
    public void onClosed() {
    }
}
