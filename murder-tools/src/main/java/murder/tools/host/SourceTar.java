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
 * Writes the source of a deploy as a tar, for a machine that unpacks it at once. Any tar works,
 * because {@code pack} sorts the entries later.
 */
public final class SourceTar {
    private static final int BUFFER = 1 << 16;

    private SourceTar() {
    }

    /**
     * Writes it.
     *
     * @param path a directory, or a file
     * @param isFile whether it is a file
     * @param progress gets the number of written bytes after each part
     * @throws CommandException if tar is missing or fails
     * @throws IOException if there is no reader any more
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
