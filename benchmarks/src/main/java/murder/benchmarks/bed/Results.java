package murder.benchmarks.bed;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The results so far, each in a file and on a stream as soon as it is there: what a broken series
 * has given is not lost.
 */
final class Results implements AutoCloseable {
    private final PrintStream out;
    private final BufferedWriter file;
    private final List<RunResult> all = new ArrayList<>();

    Results(Path folder, String name, PrintStream out) throws IOException {
        this.out = out;
        file = Files.newBufferedWriter(Files.createDirectories(folder).resolve(name + ".jsonl"));
    }

    void add(RunResult result) throws IOException {
        all.add(result);
        String json = result.toJson();
        file.write(json + "\n");
        file.flush();
        out.println(json);
        out.flush();
    }

    List<RunResult> all() {
        return List.copyOf(all);
    }

    boolean areGood() {
        return all.stream().allMatch(RunResult::isGood);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
