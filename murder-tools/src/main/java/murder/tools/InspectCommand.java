package murder.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.metainfo.FileEntry;
import murder.metainfo.Magnet;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.metainfo.ReleaseSignature;
import murder.metainfo.ReleaseTerms;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Json;
import murder.tools.cli.Printable;
import murder.tools.cli.Quantities;
import murder.tools.cli.Syntax;
import murder.trust.KeyFormatException;
import murder.trust.ReleaseSigning;
import murder.trust.SshSignature;

/** {@code inspect}: shows the contents of a torrent. */
record InspectCommand(Path torrent, boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("inspect", "show the contents of a torrent", """
            murder inspect TORRENT [--json]

        Checks the torrent and prints its name, info-hash, trackers, pieces and files. The exit status is 4
        if the torrent is invalid.

            TORRENT    the .torrent file
            --json     one JSON object: name, info_hash, length, piece_length, pieces (their number), files
                       (path, length and attributes of each), sha256 (whether each piece has one),
                       trackers (in order), tiers (the trackers by tiers), private, comment, created_by,
                       magnet. A signed torrent also has signer (the key's fingerprint), signature_valid
                       (whether that key made it), tag, serial, signed_epoch_s, expires_epoch_s
        """, List.of("TORRENT"), 1, List.of(), List.of("--json"));

    static InspectCommand parse(Arguments arguments) {
        return new InspectCommand(Path.of(arguments.positional(0)).toAbsolutePath(), arguments.has("--json"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException {
        Metainfo metainfo = read(torrent);
        if (json) {
            context.out().println(json(metainfo));
        } else {
            print(metainfo, context.out());
        }
        return ExitStatus.DONE;
    }

    /** For commands that judge torrents: an invalid torrent has its own exit status. */
    static Metainfo read(Path torrent) throws CommandException, IOException {
        try {
            return Metainfo.read(torrent);
        } catch (MetainfoException e) {
            throw CommandException.invalid(torrent + " is no valid torrent: " + e.getMessage(), e);
        }
    }

    /** For example {@code build.tgz, 100.0 MiB in 1600 pieces of 64.0 KiB}. */
    static String summary(Metainfo metainfo) {
        int count = shown(metainfo).size();
        return Printable.of(metainfo.name()) + (metainfo.isSingleFile() ? "" : " (" + count + (count == 1 ? " file)" : " files)")) + ", "
            + Quantities.bytes(metainfo.layout().length()) + " in " + metainfo.layout().pieceCount() + " pieces of "
            + Quantities.bytes(metainfo.layout().pieceLength());
    }

    /** All files, without the padding between them. */
    private static List<FileEntry> shown(Metainfo metainfo) {
        List<FileEntry> files = new ArrayList<>();
        for (FileEntry file : metainfo.files()) {
            if (!file.pad()) {
                files.add(file);
            }
        }
        return files;
    }

    private static Json json(Metainfo metainfo) {
        List<String> trackers = new ArrayList<>();
        for (List<String> tier : metainfo.trackers()) {
            trackers.addAll(tier);
        }
        List<Json> files = new ArrayList<>();
        for (FileEntry file : shown(metainfo)) {
            Json entry = new Json().put("path", String.join("/", file.path())).put("length", file.length());
            if (file.executable()) {
                entry.put("executable", true);
            }
            if (file.hidden()) {
                entry.put("hidden", true);
            }
            if (file.isSymlink()) {
                entry.put("symlink", String.join("/", file.symlinkTarget()));
            }
            files.add(entry);
        }
        Json json = new Json().put("name", metainfo.name()).put("info_hash", metainfo.infoHash().toString())
            .put("length", metainfo.layout().length()).put("piece_length", metainfo.layout().pieceLength())
            .put("pieces", metainfo.layout().pieceCount()).put("sha256", metainfo.hasSha256())
            .put("single_file", metainfo.isSingleFile()).putObjects("files", files)
            .putStrings("trackers", trackers).putTiers("tiers", metainfo.trackers()).putStrings("web_seeds", metainfo.webSeeds())
            .put("private", metainfo.isPrivate()).put("comment", metainfo.comment()).put("created_by", metainfo.createdBy())
            .put("magnet", Magnet.of(metainfo).toString());
        if (metainfo.creationDate().isPresent()) {
            json.put("created_epoch_s", metainfo.creationDate().get().getEpochSecond());
        }
        if (metainfo.releaseSignature().isPresent()) {
            ReleaseSignature release = metainfo.releaseSignature().get();
            json.put("signer", fingerprint(release)).put("signature_valid", isValid(metainfo, release)).put("tag", release.terms().tag())
                .put("serial", release.terms().serial()).put("signed_epoch_s", release.terms().made().getEpochSecond())
                .put("expires_epoch_s", release.terms().until().getEpochSecond());
        }
        return json;
    }

    private static void print(Metainfo metainfo, PrintStream out) {
        out.println("name          " + Printable.of(metainfo.name()));
        out.println("info-hash     " + metainfo.infoHash());
        out.println("length        " + metainfo.layout().length() + " (" + Quantities.bytes(metainfo.layout().length()) + ")");
        out.println("pieces        " + metainfo.layout().pieceCount() + " of "
            + Quantities.bytes(metainfo.layout().pieceLength()) + (metainfo.hasSha256() ? ", SHA-256" : ", SHA-1 only"));
        for (int i = 0; i < metainfo.trackers().size(); i++) {
            out.println((i == 0 ? "trackers      " : "  then        ") + Printable.of(String.join(" ", metainfo.trackers().get(i))));
        }
        if (metainfo.isPrivate()) {
            out.println("private       yes");
        }
        line("comment       ", metainfo.comment(), out);
        line("created by    ", metainfo.createdBy(), out);
        if (metainfo.creationDate().isPresent()) {
            out.println("created       " + metainfo.creationDate().get());
        }
        if (metainfo.releaseSignature().isPresent()) {
            ReleaseSignature release = metainfo.releaseSignature().get();
            out.println("signed by     " + signer(release) + (isValid(metainfo, release) ? "" : "; THE SIGNATURE IS WRONG"));
        } else {
            out.println("signed by     nobody");
        }
        line("magnet link   ", Magnet.of(metainfo).toString(), out);
        line("web seeds     ", String.join(" ", metainfo.webSeeds()), out);
        List<FileEntry> files = shown(metainfo);
        out.println("files         " + files.size());
        for (FileEntry file : files) {
            String size = Long.toString(file.length());
            out.println(" ".repeat(Math.max(0, 14 - size.length())) + size + "  " + Printable.of(String.join("/", file.path()))
                + (file.executable() ? "  (executable)" : "")
                + (file.isSymlink() ? "  -> " + Printable.of(String.join("/", file.symlinkTarget())) : ""));
        }
    }

    /**
     * For example
     * {@code SHA256:... for the tag 'build-42', from 2026-11-26T12:00:00Z to 2026-12-26T12:00:00Z, serial 1795694400123}.
     */
    static String signer(ReleaseSignature release) {
        ReleaseTerms terms = release.terms();
        String fingerprint = fingerprint(release);
        return (fingerprint.isEmpty() ? "an unreadable key" : fingerprint) + " for the tag '" + Printable.of(terms.tag()) + "', from "
            + terms.made() + " to " + terms.until() + ", serial " + terms.serial();
    }

    /** Empty if the signature cannot be read. */
    private static String fingerprint(ReleaseSignature release) {
        try {
            return SshSignature.parse(release.text()).key().fingerprint();
        } catch (KeyFormatException e) {
            return "";
        }
    }

    /**
     * Whether the key that the signature names made it. Only {@code --trust} says whose key that
     * is.
     */
    private static boolean isValid(Metainfo metainfo, ReleaseSignature release) {
        try {
            return SshSignature.parse(release.text()).isOf(ReleaseSigning.NAMESPACE, ReleaseSigning.message(metainfo, release.terms()));
        } catch (KeyFormatException e) {
            return false;
        }
    }

    private static void line(String label, String text, PrintStream out) {
        if (!text.isEmpty()) {
            out.println(label + Printable.of(text));
        }
    }
}
