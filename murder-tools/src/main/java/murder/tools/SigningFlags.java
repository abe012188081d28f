package murder.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import murder.metainfo.Metainfo;
import murder.metainfo.ReleaseTerms;
import murder.tools.cli.Arguments;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.UsageException;
import murder.tools.host.SshKeygenSigner;
import murder.trust.ReleaseSigning;
import murder.trust.Signer;

/**
 * How {@code create} signs.
 *
 * @param key the file of a private key, or of the public key of one that an agent has
 * @param tag of the release; empty for the torrent's name
 * @param validFor how long hosts accept it
 */
record SigningFlags(Path key, String tag, Duration validFor) {
    static final String HELP = """
            --sign KEY          sign the torrent with this SSH key, so that 'peer --trust' accepts it.
                                murder itself signs with an Ed25519 key without a passphrase. For any other
                                key it runs 'ssh-keygen -Y sign'. For a key in an agent or a token name its
                                .pub file
            --tag TAG           the tag for 'peer --tag'; by default the name of SOURCE
            --valid-for TIME    how long hosts accept the signature (720h)
        """;
    private static final Duration VALID_FOR = Duration.ofDays(30);

    /** @return null for a torrent without a signature */
    static SigningFlags parse(Arguments arguments) throws UsageException {
        if (!arguments.has("--sign")) {
            for (String option : new String[] {"--tag", "--valid-for"}) {
                if (arguments.has(option)) {
                    throw new UsageException(option + " needs a key: --sign KEY");
                }
            }
            return null;
        }
        if (arguments.has("--sha1-only")) {
            throw new UsageException("--sign needs the SHA-256 of the pieces, which --sha1-only leaves out");
        }
        Duration validFor = arguments.duration("--valid-for", VALID_FOR);
        if (validFor.toSeconds() < 1) {
            throw new UsageException("--valid-for takes a second or more");
        }
        return new SigningFlags(Path.of(arguments.text("--sign", "")).toAbsolutePath(), arguments.text("--tag", ""), validFor);
    }

    Signer open(Context context) throws CommandException, IOException {
        return SshKeygenSigner.open(key, context);
    }

    /**
     * Signs.
     *
     * @param now by this host's clock; its milliseconds are the serial, so a later release has a
     *     greater one
     */
    Metainfo sign(Metainfo metainfo, Signer signer, Instant now) throws CommandException, IOException, InterruptedException {
        ReleaseTerms terms;
        try {
            Instant made = now.truncatedTo(ChronoUnit.SECONDS);
            terms = new ReleaseTerms(tag.isEmpty() ? metainfo.name() : tag, made, made.plusSeconds(validFor.toSeconds()),
                now.toEpochMilli());
        } catch (IllegalArgumentException | DateTimeException e) {
            throw CommandException.failed("cannot sign this: " + e.getMessage(), e);
        }
        return ReleaseSigning.sign(metainfo, terms, signer);
    }
}
