package murder.engine;

import java.nio.ByteBuffer;
import murder.wire.WireException;

/** A party that ignores all messages: what a connection is before its torrent admits it. */
class Bystander implements Party {
    @Override
    public void onKeepAlive() {
    }

    @Override
    public void onChoke() {
    }

    @Override
    public void onUnchoke() {
    }

    @Override
    public void onInterested() {
    }

    @Override
    public void onNotInterested() {
    }

    @Override
    public void onHave(int piece) {
    }

    @Override
    public void onBitfield(ByteBuffer bits) {
    }

    @Override
    public void onRequest(int piece, int begin, int length) {
    }

    @Override
    public void onBlock(int piece, int begin, ByteBuffer payload) {
    }

    @Override
    public void onCancel(int piece, int begin, int length) {
    }

    @Override
    public void onPort(int port) {
    }

    @Override
    public void onSuggest(int piece) {
    }

    @Override
    public void onHaveAll() {
    }

    @Override
    public void onHaveNone() {
    }

    @Override
    public void onReject(int piece, int begin, int length) {
    }

    @Override
    public void onAllowedFast(int piece) {
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) throws WireException {
    }

    @Override
    public void onUnknown(int id, int length) {
    }

    @Override
    public void onWritable() {
    }

    @Override
    public void onClosed() {
    }
}
