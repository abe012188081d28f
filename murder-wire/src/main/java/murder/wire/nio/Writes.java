package murder.wire.nio;

import java.util.ArrayList;
import java.util.List;

/** The connections of a loop with bytes to write: each writes once per turn. */
final class Writes {
    private final GatherBuffers gather;
    private List<Connection> toFlush = new ArrayList<>();
    private List<Connection> flushed = new ArrayList<>();
    private final List<Connection> becameWritable = new ArrayList<>();

    Writes(GatherBuffers gather) {
        this.gather = gather;
    }

    void add(Connection connection) {
        toFlush.add(connection);
    }

    boolean isEmpty() {
        return toFlush.isEmpty();
    }

    /**
     * @param tell whether to tell handlers that they may send more
     * @return whether there was a handler to call
     */
    boolean flush(boolean tell) {
        List<Connection> batch = toFlush;
        toFlush = flushed;
        flushed = batch;
        // No iterators: a turn allocates nothing.
        for (int i = 0; i < batch.size(); i++) {
            if (batch.get(i).flush(gather)) {
                becameWritable.add(batch.get(i));
            }
        }
        batch.clear();
        boolean told = !becameWritable.isEmpty();
        for (int i = 0; i < becameWritable.size() && tell; i++) {
            becameWritable.get(i).tellWritable();
        }
        becameWritable.clear();
        return told;
    }
}
