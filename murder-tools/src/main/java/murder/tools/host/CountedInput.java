package murder.tools.host;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.ProgressLine.Progress;

/** Counts the read bytes for a progress line. */
final class CountedInput extends FilterInputStream {
    private final String what;
    private final long total;
    private final ProgressLine line;
    private final long startNs = System.nanoTime();
    private long count;

    /** @param total bytes that will come, 0 if unknown */
    CountedInput(InputStream in, String what, long total, ProgressLine line) {
        super(in);
        this.what = what;
        this.total = total;
        this.line = line;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = super.read(bytes, offset, length);
        count(Math.max(0, n));
        return n;
    }

    private void count(int n) {
        count += n;
        long nowNs = System.nanoTime();
        if (line.isDue(nowNs)) {
            long elapsedMs = Math.max(1, (nowNs - startNs) / 1_000_000);
            line.update(new Progress(what, count, total, count * 1000 / elapsedMs), nowNs);
        }
    }

    /** Reads and drops the rest, so that the writing program can end. */
    void drain() throws IOException {
        byte[] buffer = new byte[8192];
        while (read(buffer, 0, buffer.length) >= 0) {
            continue; // The bytes after the end of an archive are padding.
        }
    }
}
