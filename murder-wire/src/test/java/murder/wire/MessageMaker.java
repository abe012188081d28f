package murder.wire;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;

/** Turns decoded messages into values. */
class MessageMaker implements MessageHandler {
    private final Consumer<? super Message> consumer;

    MessageMaker(Consumer<? super Message> consumer) {
        this.consumer = Objects.requireNonNull(consumer, "consumer");
    }

    @Override
    public void onKeepAlive() {
        consumer.accept(new Message.KeepAlive());
    }

    @Override
    public void onChoke() {
        consumer.accept(new Message.Choke());
    }

    @Override
    public void onUnchoke() {
        consumer.accept(new Message.Unchoke());
    }

    @Override
    public void onInterested() {
        consumer.accept(new Message.Interested());
    }

    @Override
    public void onNotInterested() {
        consumer.accept(new Message.NotInterested());
    }

    @Override
    public void onHave(int piece) {
        consumer.accept(new Message.Have(piece));
    }

    @Override
    public void onBitfield(ByteBuffer bits) {
        consumer.accept(new Message.Bitfield(bits));
    }

    @Override
    public void onRequest(int piece, int begin, int length) {
        consumer.accept(new Message.Request(piece, begin, length));
    }

    @Override
    public void onBlock(int piece, int begin, ByteBuffer payload) {
        consumer.accept(new Message.Block(piece, begin, payload));
    }

    @Override
    public void onCancel(int piece, int begin, int length) {
        consumer.accept(new Message.Cancel(piece, begin, length));
    }

    @Override
    public void onPort(int port) {
        consumer.accept(new Message.Port(port));
    }

    @Override
    public void onSuggest(int piece) {
        consumer.accept(new Message.Suggest(piece));
    }

    @Override
    public void onHaveAll() {
        consumer.accept(new Message.HaveAll());
    }

    @Override
    public void onHaveNone() {
        consumer.accept(new Message.HaveNone());
    }

    @Override
    public void onReject(int piece, int begin, int length) {
        consumer.accept(new Message.Reject(piece, begin, length));
    }

    @Override
    public void onAllowedFast(int piece) {
        consumer.accept(new Message.AllowedFast(piece));
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) {
        consumer.accept(new Message.Extended(extendedId, payload));
    }

    @Override
    public void onUnknown(int id, int length) {
        consumer.accept(new Message.Unknown(id, length));
    }
}
