package murder.engine.swarm;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import murder.metainfo.PieceLayout;
import murder.wire.Outbound;

/**
 * Writes down what is sent, one line a message, blocks by number: {@code request 3/0} is the first
 * block of piece 3.
 */
class Recorder implements Outbound {
    final List<String> sent = new ArrayList<>();
    /** The outstanding requests. The test removes a request when it answers. */
    final List<String> asked = new ArrayList<>();
    /** Blocks that are taken before it is not writable any more. */
    int capacity = Integer.MAX_VALUE;
    /** Hears of each block, so that several recorders can be seen in one order. */
    Consumer<String> log = line -> { };

    /** The messages since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** The same, but only the messages of one kind, without its name. */
    List<String> take(String kind) {
        return take().stream().filter(line -> line.startsWith(kind + " ")).map(line -> line.substring(kind.length() + 1)).toList();
    }

    private static String block(int piece, int begin) {
        return piece + "/" + begin / PieceLayout.BLOCK_LENGTH;
    }

    @Override
    public boolean isWritable() {
        return capacity > 0;
    }

    @Override
    public void keepAlive() {
        sent.add("keep-alive");
    }

    @Override
    public void choke() {
        sent.add("choke");
    }

    @Override
    public void unchoke() {
        sent.add("unchoke");
    }

    @Override
    public void interested() {
        sent.add("interested");
    }

    @Override
    public void notInterested() {
        sent.add("not interested");
    }

    @Override
    public void have(int piece) {
        sent.add("have " + piece);
    }

    @Override
    public void bitfield(byte[] bits) {
        sent.add("bitfield " + HexFormat.of().formatHex(bits));
    }

    @Override
    public void request(int piece, int begin, int length) {
        asked.add(block(piece, begin));
        sent.add("request " + block(piece, begin));
    }

    @Override
    public void block(int piece, int begin, int length) {
        capacity--;
        sent.add("block " + block(piece, begin));
        log.accept("block " + block(piece, begin));
    }

    @Override
    public void cancel(int piece, int begin, int length) {
        asked.remove(block(piece, begin));
        sent.add("cancel " + block(piece, begin));
    }

    @Override
    public void haveAll() {
        sent.add("have all");
    }

    @Override
    public void haveNone() {
        sent.add("have none");
    }

    @Override
    public void reject(int piece, int begin, int length) {
        sent.add("reject " + block(piece, begin));
    }

    @Override
    public void allowedFast(int piece) {
        sent.add("allowed fast " + piece);
    }

    @Override
    public void suggest(int piece) {
        sent.add("suggest " + piece);
    }

    @Override
    public void extended(int extendedId, byte[] payload) {
        sent.add("extended " + extendedId);
    }
}
