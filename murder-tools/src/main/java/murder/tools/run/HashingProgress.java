package murder.tools.run;

import murder.metainfo.HashProgress;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.ProgressLine.Progress;

/** Shows how far the hashing of a payload is. */
public final class HashingProgress implements HashProgress {
    private final ProgressLine line;
    private final String what;
    private final long startNs = System.nanoTime();

    public HashingProgress(ProgressLine line, String what) {
        this.line = line;
        this.what = what;
    }

    @Override
    public void onProgress(long doneBytes, long totalBytes) {
        long nowNs = System.nanoTime();
        if (line.isDue(nowNs)) {
            long elapsedMs = Math.max(1, (nowNs - startNs) / 1_000_000);
            line.update(new Progress(what, doneBytes, totalBytes, doneBytes * 1000 / elapsedMs), nowNs);
        }
    }
}
