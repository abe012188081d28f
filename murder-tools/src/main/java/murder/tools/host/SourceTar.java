package murder.tools.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import murder.tools.cli.CommandException;

/**
 * What is to be deployed as a tar, for a machine that unpacks it as it comes. Any tar will do,
 * since {@code pack} orders it later.
 */
public final class SourceTar {
    private static final int BUFFER = 1 << 16;

    private SourceTar() {
    }

    /**
     * Writes it.
     *
     * @param path a directory, or a file
     * @param isFile which of them
     * @param progress is told after each part how many bytes were written
     * @throws CommandException if tar is missing or fails
     * @throws IOException if nobody reads it any more
     */
    public static void write(Path path, boolean isFile, OutputStream out, LongConsumer progress) throws CommandException, IOException {
        List<String> command = new ArrayList<>(List.of("tar"));
        Packing.EXCLUDED.forEach(prefix -> command.add("--exclude=" + prefix + "*"));
        command.addAll(List.of("-cf", "-", "-C", (isFile ? path.getParent() : path).toString(),
            isFile ? "./" + path.getFileName() : "."));
        try (Subprocess tar = Subprocess.start(ProcessBuilder.Redirect.PIPE, command)) {
            InputStream in = tar.output();
            byte[] buffer = new byte[BUFFER];
            long sent = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                sent += n;
                progress.accept(sent);
            }
            tar.awaitSuccess("pack " + path);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failed("interrupted while " + path + " was sent", e);
        }
    }
}
