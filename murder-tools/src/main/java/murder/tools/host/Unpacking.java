package murder.tools.host;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import murder.metainfo.Metainfo;
import murder.order.Archive;
import murder.tools.cli.CommandException;
import murder.tools.cli.Lifetime;
import murder.tools.cli.ProgressLine;

/**
 * Unpacks an archive with the system's tar, which reads the output of {@link TarSieve} from a pipe.
 * Java could make the files, too, but cannot represent all names, because names are bytes. If this
 * process is killed, tar reads the end of its input and ends, too.
 */
public final class Unpacking {
    private static final int BUFFER = 1 << 16;

    private Unpacking() {
    }

    /**
     * Unpacks the payload of the torrent and hashes it again meanwhile: see {@link VerifiedInput}.
     * If it returns, every piece was right.
     *
     * @param into an empty directory; gets the mode from the archive
     * @param links the rule for symbolic links
     * @param mtime seconds since 1970 for all files; -1 for their own
     */
    public static void unpack(Path archive, Metainfo metainfo, Archive kind, Path into, long mtime, SymbolicLinks links, Lifetime lifetime,
                       ProgressLine line)
        throws CommandException, IOException, InterruptedException {
        // Modes from the archive, for any umask of this process, but not its owners.
        try (Subprocess tar = Subprocess.start(ProcessBuilder.Redirect.DISCARD,
            List.of("tar", "-x", "-p", "-o", "-f", "-", "-C", into.toString()))) {
            lifetime.onEnd(tar);
            try (VerifiedInput verified = VerifiedInput.open(archive, metainfo)) {
                try (OutputStream out = new BufferedOutputStream(tar.input(), BUFFER)) {
                    CountedInput counted = new CountedInput(verified, "unpacking", metainfo.layout().length(), line);
                    InputStream in = new BufferedInputStream(kind == Archive.TGZ ? new GZIPInputStream(counted, BUFFER) : counted, BUFFER);
                    new TarSieve(new TarReader(in), out, mtime, links).run();
                    counted.drain();
                }
                if (!verified.isAllVerified()) {
                    throw new IOException("was not read to its end");
                }
            } catch (IOException e) {
                if (lifetime.isEnding()) {
                    throw CommandException.failed("stopped before the release was in its place; run it again", e);
                }
                if (!tar.brokeOff()) {
                    throw CommandException.failed(archive + " cannot be unpacked: " + e.getMessage(), e);
                }
            }
            int status = tar.await();
            if (status != 0) {
                String why = tar.why(status);
                throw CommandException.failed(why.contains("No space left on device")
                    ? "no space left to unpack " + archive + " beside the destination " + into.getParent() + "; free some and run it again"
                    : "cannot unpack " + archive + " beside the destination " + into.getParent() + ": " + why);
            }
        }
        line.clear();
    }
}
