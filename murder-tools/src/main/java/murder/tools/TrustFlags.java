package murder.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import murder.metainfo.Metainfo;
import murder.tools.cli.Arguments;
import murder.tools.cli.CommandException;
import murder.tools.cli.UsageException;
import murder.trust.AllowedSigners;
import murder.trust.LastSerial;
import murder.trust.ReleasePolicy;
import murder.trust.TrustException;

/**
 * Which torrents a command takes.
 *
 * @param file of allowed signers
 * @param tag that the release has to have, or empty for any
 */
record TrustFlags(Path file, String tag) {
    static final String[] OPTIONS = {"--trust", "--tag"};

    /** @return null if any torrent will do */
    static TrustFlags parse(Arguments arguments) throws UsageException {
        if (!arguments.has("--trust")) {
            if (arguments.has("--tag")) {
                throw new UsageException("--tag needs a file of allowed signers: --trust FILE");
            }
            return null;
        }
        return new TrustFlags(Path.of(arguments.text("--trust", "")).toAbsolutePath(), arguments.text("--tag", ""));
    }

    /**
     * Loads the classes of a check, while the caller continues. It uses no lambda: loading one
     * takes longer than this saves.
     */
    void preload() {
        begin(new Thread("trust") {
            @Override
            public void run() {
                ReleasePolicy.preload();
            }
        });
    }

    /**
     * Begins {@link #check} on another thread, while the caller continues.
     *
     * @return to wait for; the cause of its failure is what {@code check} throws
     */
    FutureTask<ReleasePolicy.Accepted> beginCheck(Metainfo metainfo, String torrent, Path destination) {
        FutureTask<ReleasePolicy.Accepted> check = new FutureTask<>(new Callable<>() {
            @Override
            public ReleasePolicy.Accepted call() throws CommandException, IOException {
                return check(metainfo, torrent, destination, false);
            }
        });
        begin(new Thread(check, "trust-check"));
        return check;
    }

    private static void begin(Thread thread) {
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Refuses a torrent that must not be accepted.
     *
     * @param torrent where it came from, for the message
     * @param destination where its payload is, or goes to
     * @param invalid whether the torrent, not the command, is at fault in a refusal
     * @return the signer and the terms
     */
    ReleasePolicy.Accepted check(Metainfo metainfo, String torrent, Path destination, boolean invalid)
        throws CommandException, IOException {
        long lastSerial = LastSerial.of(destination).read();
        try {
            return new ReleasePolicy(AllowedSigners.read(file), tag).check(metainfo, Instant.now(), lastSerial);
        } catch (TrustException e) {
            String message = torrent + " is refused: " + e.getMessage() + " (--trust " + file + ")";
            throw invalid ? CommandException.invalid(message, e) : CommandException.failed(message, e);
        }
    }
}
