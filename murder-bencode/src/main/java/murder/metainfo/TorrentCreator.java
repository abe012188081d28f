package murder.metainfo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import murder.bencode.BencodeWriter;

/**
 * Makes a torrent of version 1 from a file or a directory. All files are in it, hidden ones too, sorted by the bytes of their paths;
 * executable files and symlinks that stay inside the payload are marked as BEP 47 says. Empty directories cannot be said and are left
 * out. The same payload and options give the same bytes.
 */
public final class TorrentCreator {
    private TorrentCreator() {}

    /**
     * How to make a torrent. Start from {@link #DEFAULT}.
     *
     * @param trackers announce URLs by tiers (BEP 12); none by default
     * @param webSeeds URLs of web seeds (BEP 19); none by default
     * @param pieceLength a power of two from 16 KiB to {@link PieceLength#MAX_ACCEPTED}; 0, the default, lets {@link PieceLength#choose}
     *     decide
     * @param hosts how many hosts will receive the payload; 0, the default, if unknown
     * @param isPrivate whether only the named trackers may be asked for peers (BEP 27); makes another info-hash
     * @param comment free text; empty, the default, for none
     * @param createdBy the program; empty, the default, for none
     * @param creationDate to the second; null, the default, for none, since it would make every torrent different
     * @param threads to hash with; 0, the default, for one per processor
     * @param name of the torrent; empty, the default, for the last element of the source's path. Makes another info-hash
     * @param excluded files and directories below the source whose names begin with one of these are left out; none by default
     */
    public record Options(List<List<String>> trackers, List<String> webSeeds, int pieceLength, int hosts, boolean isPrivate,
                          String comment, String createdBy, Instant creationDate, int threads, String name, List<String> excluded) {
        /** No trackers, everything automatic. */
        public static final Options DEFAULT = new Options(List.of(), List.of(), 0, 0, false, "", "", null, 0, "", List.of());

        public Options {
            trackers = trackers.stream().map(List::copyOf).toList();
            webSeeds = List.copyOf(webSeeds);
            excluded = List.copyOf(excluded);
            String nameProblem = name.isEmpty() ? null : PathRules.problemOf(name);
            if (nameProblem != null) {
                throw new IllegalArgumentException("a torrent cannot have the name: " + nameProblem);
            }
            if (pieceLength != 0 && (pieceLength < PieceLength.MIN_CHOSEN || pieceLength > PieceLength.MAX_ACCEPTED
                || Integer.bitCount(pieceLength) != 1)) {
                throw new IllegalArgumentException("piece length " + pieceLength + " is no power of two from " + PieceLength.MIN_CHOSEN
                    + " to " + PieceLength.MAX_ACCEPTED);
            }
            if (hosts < 0 || threads < 0) {
                throw new IllegalArgumentException(hosts + " hosts, " + threads + " threads");
            }
        }

        public Options withTrackers(List<List<String>> trackers) {
            return new Options(trackers, webSeeds, pieceLength, hosts, isPrivate, comment, createdBy, creationDate, threads, name,
                excluded);
        }

        public Options withWebSeeds(List<String> webSeeds) {
            return new Options(trackers, webSeeds, pieceLength, hosts, isPrivate, comment, createdBy, creationDate, threads, name,
                excluded);
        }

        public Options withPieceLength(int pieceLength) {
            return new Options(trackers, webSeeds, pieceLength, hosts, isPrivate, comment, createdBy, creationDate, threads, name,
                excluded);
        }

        public Options withHosts(int hosts) {
            return new Options(trackers, webSeeds, pieceLength, hosts, isPrivate, comment, createdBy, creationDate, threads, name,
                excluded);
        }

        public Options withPrivate(boolean isPrivate) {
            return new Options(trackers, webSeeds, pieceLength, hosts, isPrivate, comment, createdBy, creationDate, threads, name,
                excluded);
        }

        public Options withComment(String comment) {
            return new Options(trackers, webSeeds, pieceLength, hosts, isPrivate, comment, createdBy, creationDate, threads, name,
                excluded);
        }

        public Options withCreatedBy(String createdBy) {
            return new Options(trackers, webSeeds, pieceLength, hosts, isPrivate, comment, createdBy, creationDate, threads, name,
                excluded);
        }

        public Options withCreationDate(Instant creationDate) {
            return new Options(trackers, webSeeds, pieceLength, hosts, isPrivate, comment, createdBy, creationDate, threads, name,
                excluded);
        }

        public Options withName(String name) {
            return new Options(trackers, webSeeds, pieceLength, hosts, isPrivate, comment, createdBy, creationDate, threads, name,
                excluded);
        }

        public Options withExcluded(List<String> excluded) {
            return new Options(trackers, webSeeds, pieceLength, hosts, isPrivate, comment, createdBy, creationDate, threads, name,
                excluded);
        }

        public Options withThreads(int threads) {
            return new Options(trackers, webSeeds, pieceLength, hosts, isPrivate, comment, createdBy, creationDate, threads, name,
                excluded);
        }
    }

    /**
     * Hashes a payload and describes it; {@link Metainfo#toBytes()} is then the .torrent. Blocks until done; an interrupt ends it.
     *
     * @param source a file or directory, or a symlink to one; symlinks below it are kept as such
     * @throws IOException that names the file which cannot be read or be in a torrent, or which changed meanwhile
     * @throws InterruptedException if the calling thread was interrupted
     */
    public static Metainfo create(Path source, Options options, HashProgress progress) throws IOException, InterruptedException {
        Path named = source.toAbsolutePath().normalize();
        String name = options.name.isEmpty() ? PayloadScan.nameOf(named.getFileName(), named) : options.name;
        PayloadScan scan = PayloadScan.of(source, options.excluded);
        List<PieceHasher.Segment> segments = new ArrayList<>();
        long length = 0;
        for (PayloadScan.Found file : scan.files()) {
            if (file.length() > 0) {
                segments.add(new PieceHasher.Segment(length, file.length(), file.location(), file.length()));
                length = Math.addExact(length, file.length());
            }
        }
        int pieceLength = options.pieceLength == 0 ? PieceLength.choose(length, options.hosts) : options.pieceLength;
        if (PieceLayout.countPieces(length, pieceLength) > Metainfo.MAX_PIECES) {
            throw new IOException(source + ": " + length + " bytes in pieces of " + pieceLength + " are more than " + Metainfo.MAX_PIECES
                + " pieces; choose a greater piece length");
        }
        PieceLayout layout = new PieceLayout(length, pieceLength);
        byte[] pieceHashes = new byte[layout.pieceCount() * InfoHash.LENGTH];
        PieceHasher.Sink sink = (piece, sha1) -> System.arraycopy(sha1, 0, pieceHashes, piece * InfoHash.LENGTH, InfoHash.LENGTH);
        new PieceHasher(layout, segments, sink, progress).hash(options.threads);
        scan.checkUnchanged(source, options.excluded);
        TorrentFields fields =
            new TorrentFields(options.trackers, options.webSeeds, options.comment, options.createdBy, options.creationDate);
        try {
            return MetainfoParser.parseInfo(info(scan, name, pieceLength, pieceHashes, options.isPrivate), fields);
        } catch (MetainfoException e) {
            // Whatever is left for the reader to refuse is a matter of size: no other host would read it either.
            throw new IOException(source + " does not fit into a torrent: " + e.getMessage(), e);
        }
    }

    private static byte[] info(PayloadScan scan, String name, int pieceLength, byte[] pieceHashes, boolean isPrivate) {
        BencodeWriter out = new BencodeWriter().beginDictionary();
        if (scan.isSingleFile()) {
            attributesAndLength(out, scan.files().get(0));
        } else {
            out.key("files").beginList();
            for (PayloadScan.Found file : scan.files()) {
                out.beginDictionary();
                attributesAndLength(out, file);
                path(out, "path", file.path());
                if (!file.target().isEmpty()) {
                    path(out, "symlink path", file.target());
                }
                out.end();
            }
            out.end();
        }
        out.key("name").string(name).key("piece length").integer(pieceLength).key("pieces").string(pieceHashes);
        if (isPrivate) {
            out.key("private").integer(1);
        }
        return out.end().toByteArray();
    }

    private static void attributesAndLength(BencodeWriter out, PayloadScan.Found file) {
        String attributes = (file.target().isEmpty() ? "" : "l") + (file.executable() ? "x" : "");
        if (!attributes.isEmpty()) {
            out.key("attr").string(attributes);
        }
        out.key("length").integer(file.length());
    }

    private static void path(BencodeWriter out, String key, List<String> path) {
        out.key(key).beginList();
        path.forEach(out::string);
        out.end();
    }
}
