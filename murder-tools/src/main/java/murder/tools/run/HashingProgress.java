package murder.tools.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.metainfo.HashProgress;
import murder.tools.cli.Printable;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.ProgressLine.Progress;

/** Shows the progress of hashing a payload. */
public final class HashingProgress implements HashProgress {
    private final ProgressLine line;
    private final String what;
    private final long startNs = System.nanoTime();
    private final List<Path> emptyDirectories = new ArrayList<>();

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

    @Override
    public void onEmptyDirectory(Path directory) {
        emptyDirectories.add(directory);
    }

    /**
     * One line about directories without files, which are not in the torrent; empty if there are
     * none.
     */
    public String warning() {
        if (emptyDirectories.isEmpty()) {
            return "";
        }
        int count = emptyDirectories.size();
        return (count == 1 ? "an empty directory is" : count + " empty directories are") + " not in the torrent, which holds only files: "
            + Printable.of(emptyDirectories.get(0).toString()) + (count == 1 ? "" : " and others");
    }
}
