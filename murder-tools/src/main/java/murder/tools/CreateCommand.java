package murder.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import murder.metainfo.Magnet;
import murder.metainfo.Metainfo;
import murder.metainfo.PieceLength;
import murder.metainfo.TorrentCreator;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Printable;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.HashingProgress;
import murder.tools.run.TrackerUrls;
import murder.trust.Signer;

/**
 * {@code create}: makes a torrent.
 *
 * @param source a file or a directory
 * @param trackers announce URLs by tiers
 * @param torrent the file to write
 * @param pieceLength bytes, 0 to choose by size and hosts
 * @param hosts how many will receive the payload, 0 if unknown
 * @param isPrivate whether peers ask only the named trackers for others
 * @param comment free text or empty
 * @param sha256 whether pieces get a SHA-256 beside their SHA-1
 * @param signing how to sign it, or null
 */
record CreateCommand(Path source, List<List<String>> trackers, Path torrent, int pieceLength, int hosts, boolean isPrivate,
                     String comment, boolean sha256, SigningFlags signing) implements Command {
    static final Syntax SYNTAX = new Syntax("create", "make a torrent from a file or a directory", """
            murder create SOURCE TRACKER TORRENT [--piece-length BYTES] [--hosts N] [--private]
                          [--comment TEXT] [--sha1-only] [--sign KEY [--tag TAG] [--valid-for TIME]]

        Hashes SOURCE on all cores, writes the torrent and prints its magnet link. It replaces an existing
        TORRENT in one step. Without --sign the same source and options give the same torrent, byte for
        byte.

            SOURCE              a file, or a directory with everything in it
            TRACKER             HOST:PORT, or a complete announce URL (http, https, udp). Separate several
                                by commas: hosts announce to all of them. So hosts that reach different
                                trackers find each other
            TORRENT             the file to write
            --piece-length BYTES
                                a power of two from 16k to 64M. By default SOURCE has 1500 to 3000 pieces
            --hosts N           the number of hosts that will receive it. 64 hosts or more get shorter
                                pieces
            --private           peers get addresses only from these trackers
            --comment TEXT      a comment in the torrent
            --sha1-only         write no SHA-256 of the pieces. The info-hash is then the same as with other
                                programs, but an attacker can make two payloads with the same SHA-1
        """ + SigningFlags.HELP, List.of("SOURCE", "TRACKER", "TORRENT"), 3, List.of("--piece-length", "--hosts", "--comment", "--sign",
        "--tag", "--valid-for"), List.of("--private", "--sha1-only"));

    static CreateCommand parse(Arguments arguments) throws UsageException {
        long pieceLength = arguments.size("--piece-length", 0);
        boolean powerOfTwo = Long.bitCount(pieceLength) == 1;
        if (arguments.has("--piece-length")
            && (!powerOfTwo || pieceLength < PieceLength.MIN_CHOSEN || pieceLength > PieceLength.MAX_ACCEPTED)) {
            throw new UsageException("--piece-length takes a power of two from 16k to 64M, not "
                + arguments.text("--piece-length", ""));
        }
        return new CreateCommand(Path.of(arguments.positional(0)).toAbsolutePath().normalize(),
            TrackerUrls.parse(arguments.positional(1)), Path.of(arguments.positional(2)).toAbsolutePath(), (int) pieceLength,
            arguments.number("--hosts", 0, 0, Integer.MAX_VALUE), arguments.has("--private"), arguments.text("--comment", ""),
            !arguments.has("--sha1-only"), SigningFlags.parse(arguments));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        if (Files.isDirectory(torrent)) {
            throw CommandException.failed(torrent + " is a directory; name the torrent file to write");
        }
        if (!Files.isDirectory(torrent.getParent())) {
            throw CommandException.failed(torrent.getParent() + " is not a directory; make it first");
        }
        Signer signer = signing == null ? null : signing.open(context);
        ProgressLine line = ProgressLine.of(context, false);
        TorrentCreator.Options options = TorrentCreator.Options.builder().trackers(trackers).pieceLength(pieceLength)
            .hosts(hosts).isPrivate(isPrivate).comment(comment).sha256(sha256).build();
        HashingProgress progress = new HashingProgress(line, "hashing");
        Metainfo metainfo = TorrentCreator.create(source, options, progress);
        line.clear();
        if (!progress.warning().isEmpty()) {
            context.err().println("murder create: " + progress.warning());
        }
        if (signer != null) {
            metainfo = signing.sign(metainfo, signer, Instant.now());
        }
        write(metainfo.toBytes());
        context.out().println(torrent + ": " + InspectCommand.summary(metainfo) + ", info-hash " + metainfo.infoHash());
        if (metainfo.releaseSignature().isPresent()) {
            context.out().println("signed by " + InspectCommand.signer(metainfo.releaseSignature().get()));
        }
        context.out().println(Printable.of(Magnet.of(metainfo).toString()));
        return ExitStatus.DONE;
    }

    /** Under another name first: no seeder and no copy can read half a torrent. */
    private void write(byte[] bytes) throws IOException {
        Path temporary = Files.createTempFile(torrent.getParent(), ".murder-", ".torrent");
        try {
            Files.write(temporary, bytes);
            if (temporary.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                // Only the owner can read a temporary file; everybody may read a torrent.
                Files.setPosixFilePermissions(temporary, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
            }
            Files.move(temporary, torrent, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
