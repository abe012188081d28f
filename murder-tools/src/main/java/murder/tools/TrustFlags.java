package murder.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
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
                throw new UsageException("--tag is compared with what was signed; name the allowed signers with --trust");
            }
            return null;
        }
        return new TrustFlags(Path.of(arguments.text("--trust", "")).toAbsolutePath(), arguments.text("--tag", ""));
    }

    /**
     * Loads the classes of a check, while the caller continues. No lambda, as that would cost the
     * start more than this saves.
     */
    void preload() {
        Thread loader = new Thread("trust") {
            @Override
            public void run() {
                ReleasePolicy.preload();
            }
        };
        loader.setDaemon(true);
        loader.start();
    }

    /**
     * Refuses what is not to be taken.
     *
     * @param torrent where it came from, for the message
     * @param destination where its payload is, or goes to
     * @param invalid whether a refusal is one of the torrent, and not of the command
     * @return who signed what
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
