package murder.metainfo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import murder.bencode.BencodeWriter;
import murder.hash.BothHashes;
import murder.hash.Sha1;
import murder.hash.Sha256;

/**
 * Makes a torrent of version 1 from a file or a directory. All files are in it, hidden ones too,
 * sorted by the bytes of their paths; executable files and symlinks that stay inside the payload
 * are marked as BEP 47 says. Empty directories are left out, unless modes are written. The same
 * payload and options give the same bytes.
 */
public final class TorrentCreator {
    private TorrentCreator() {}

    /**
     * The options for a torrent. Immutable; made by {@link #builder()}, which describes every
     * option.
     */
    public static final class Options {
        private final int pieceLength;
        private final int hosts;
        private final int threads;
        private final boolean isPrivate;
        private final boolean sha256;
        private final boolean modes;
        private final String name;
        private final List<String> excluded;
        private final byte[] attachment;
        private final TorrentFields fields;

        private Options(Builder from) {
            pieceLength = from.pieceLength;
            hosts = from.hosts;
            threads = from.threads;
            isPrivate = from.isPrivate;
            sha256 = from.sha256;
            modes = from.modes;
            name = from.name;
            excluded = from.excluded;
            attachment = from.attachment;
            fields = new TorrentFields(from.trackers, from.webSeeds, from.comment, from.createdBy, from.creationDate, null);
        }

        /** {@return every option at its default: no trackers, everything automatic} */
        public static Options defaults() {
            return builder().build();
        }

        /** {@return a builder with every option at its default} */
        public static Builder builder() {
            return new Builder();
        }

        /**
         * Collects options. Each setter checks its value at once and returns this builder. Not for
         * several threads.
         */
        public static final class Builder {
            private List<List<String>> trackers = List.of();
            private List<String> webSeeds = List.of();
            private int pieceLength;
            private int hosts;
            private boolean isPrivate;
            private boolean sha256 = true;
            private boolean modes;
            private String comment = "";
            private String createdBy = "";
            private Instant creationDate;
            private int threads;
            private String name = "";
            private List<String> excluded = List.of();
            private byte[] attachment = {};

            private Builder() { }

            /**
             * Sets the announce URLs by tiers (BEP 12). Default: none.
             *
             * @param value tiers in order
             * @return this builder
             */
            public Builder trackers(List<List<String>> value) {
                trackers = value.stream().map(List::copyOf).toList();
                return this;
            }

            /**
             * Sets the URLs of web seeds (BEP 19). Default: none.
             *
             * @param value URLs
             * @return this builder
             */
            public Builder webSeeds(List<String> value) {
                webSeeds = List.copyOf(value);
                return this;
            }

            /**
             * Sets the length of a piece. Default: {@link PieceLength#choose} decides.
             *
             * @param value a power of two from 16 KiB to {@link PieceLength#MAX_ACCEPTED}; 0 for
             *     the default
             * @return this builder
             * @throws IllegalArgumentException if it is neither
             */
            public Builder pieceLength(int value) {
                if (value != 0 && (value < PieceLength.MIN_CHOSEN || value > PieceLength.MAX_ACCEPTED || Integer.bitCount(value) != 1)) {
                    throw new IllegalArgumentException("piece length " + value + " is no power of two from " + PieceLength.MIN_CHOSEN
                        + " to " + PieceLength.MAX_ACCEPTED);
                }
                pieceLength = value;
                return this;
            }

            /**
             * Sets the number of hosts that will receive the payload. The piece length depends on
             * it. Default: unknown.
             *
             * @param value at least 0; 0 for unknown
             * @return this builder
             * @throws IllegalArgumentException if it is negative
             */
            public Builder hosts(int value) {
                requireNotNegative("hosts", value);
                hosts = value;
                return this;
            }

            /**
             * Allows peers from the named trackers only (BEP 27), which makes another info-hash.
             * Default: false.
             *
             * @param value whether only these trackers may be asked
             * @return this builder
             */
            public Builder isPrivate(boolean value) {
                isPrivate = value;
                return this;
            }

            /**
             * Writes a SHA-256 of each piece beside its SHA-1 ({@link Metainfo#hasSha256()}), which
             * makes another info-hash. Default: true. Without it the info-hash is the same as with
             * other programs, but an attacker can make a second payload with the same hashes.
             *
             * @param value whether to write them
             * @return this builder
             */
            public Builder sha256(boolean value) {
                sha256 = value;
                return this;
            }

            /**
             * Writes the permission bits of a directory's files and directories, and its empty
             * directories ({@link Metainfo#modes()}), which makes another info-hash. Default:
             * false.
             * Without it a torrent says executable bits alone. On systems without such bits it has
             * no effect.
             *
             * @param value whether to write them
             * @return this builder
             */
            public Builder modes(boolean value) {
                modes = value;
                return this;
            }

            /**
             * Sets a free text. Default: none.
             *
             * @param value empty for none
             * @return this builder
             */
            public Builder comment(String value) {
                comment = Objects.requireNonNull(value);
                return this;
            }

            /**
             * Sets the name of the program. Default: none.
             *
             * @param value empty for none
             * @return this builder
             */
            public Builder createdBy(String value) {
                createdBy = Objects.requireNonNull(value);
                return this;
            }

            /**
             * Sets the time, to the second. Default: none, because it would make every torrent
             * different.
             *
             * @param value null for none
             * @return this builder
             */
            public Builder creationDate(Instant value) {
                creationDate = value;
                return this;
            }

            /**
             * Sets how many threads hash. Default: one per processor.
             *
             * @param value at least 0; 0 for the default
             * @return this builder
             * @throws IllegalArgumentException if it is negative
             */
            public Builder threads(int value) {
                requireNotNegative("threads", value);
                threads = value;
                return this;
            }

            /**
             * Sets the name of the torrent, which makes another info-hash. Default: the last
             * element of the source's path.
             *
             * @param value empty for the default
             * @return this builder
             * @throws IllegalArgumentException if no file can have the name
             */
            public Builder name(String value) {
                String problem = value.isEmpty() ? null : PathRules.problemOf(value);
                if (problem != null) {
                    throw new IllegalArgumentException("a torrent cannot have the name: " + problem);
                }
                name = value;
                return this;
            }

            /**
             * Leaves out files and directories below the source. Default: none.
             *
             * @param value beginnings of their names
             * @return this builder
             */
            public Builder excluded(List<String> value) {
                excluded = List.copyOf(value);
                return this;
            }

            /**
             * Adds bytes for the hosts to the info dictionary ({@link Metainfo#attachment()}). So
             * they have them before the payload. This makes another info-hash. Default: none.
             *
             * @param value empty for none
             * @return this builder
             */
            public Builder attachment(byte[] value) {
                attachment = value.clone();
                return this;
            }

            /** {@return the options collected so far} */
            public Options build() {
                return new Options(this);
            }

            private static void requireNotNegative(String name, int value) {
                if (value < 0) {
                    throw new IllegalArgumentException(name + " is negative: " + value);
                }
            }
        }
    }

    /**
     * Hashes a payload and describes it; {@link Metainfo#toBytes()} is then the .torrent. Blocks
     * until done; an interrupt ends it.
     *
     * @param source a file or directory, or a symlink to one; symlinks below it are kept as such
     * @param options how to make it
     * @param progress receives the progress of the hashing
     * @return the torrent
     * @throws IOException that names the file which cannot be read or be in a torrent, or which
     *     changed meanwhile
     * @throws InterruptedException if the calling thread was interrupted
     */
    public static Metainfo create(Path source, Options options, HashProgress progress) throws IOException, InterruptedException {
        Path named = source.toAbsolutePath().normalize();
        String name = options.name.isEmpty() ? PayloadScan.nameOf(named.getFileName(), named) : options.name;
        PayloadScan scan = PayloadScan.of(source, options.excluded);
        if (!options.modes) {
            scan.emptyDirectories().forEach(progress::onEmptyDirectory);
        }
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
        byte[] sha1 = new byte[layout.pieceCount() * Sha1.LENGTH];
        byte[] sha256 = options.sha256 ? new byte[layout.pieceCount() * Sha256.LENGTH] : null;
        PieceHasher.Sink sink = (piece, hash) -> {
            System.arraycopy(hash, 0, sha1, piece * Sha1.LENGTH, Sha1.LENGTH);
            if (sha256 != null) {
                System.arraycopy(hash, Sha1.LENGTH, sha256, piece * Sha256.LENGTH, Sha256.LENGTH);
            }
        };
        new PieceHasher(layout, segments, options.sha256 ? BothHashes::new : Sha1::newDigest, sink, progress).hash(options.threads);
        scan.checkUnchanged(source, options.excluded);
        try {
            return MetainfoParser.parseInfo(info(scan, name, pieceLength, sha1, sha256, options), options.fields);
        } catch (MetainfoException e) {
            // The reader can refuse only the size now. Then other hosts could not read it either.
            throw new IOException(source + " does not fit into a torrent: " + e.getMessage(), e);
        }
    }

    /** @param sha256 null for none */
    private static byte[] info(PayloadScan scan, String name, int pieceLength, byte[] sha1, byte[] sha256, Options options)
            throws IOException {
        BencodeWriter out = new BencodeWriter().beginDictionary();
        if (options.attachment.length > 0) {
            out.key(MetainfoParser.ATTACHMENT_KEY).string(options.attachment);
        }
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
        out.key("name").string(name).key("piece length").integer(pieceLength).key("pieces").string(sha1);
        if (sha256 != null) {
            out.key(MetainfoParser.SHA256_KEY).string(sha256);
        }
        if (options.isPrivate) {
            out.key("private").integer(1);
        }
        if (options.modes && !scan.isSingleFile() && scan.files().get(0).mode() >= 0) {
            modes(out, scan);
        }
        return out.end().toByteArray();
    }

    private static void modes(BencodeWriter out, PayloadScan scan) throws IOException {
        out.key(MetainfoParser.MODES_KEY).beginDictionary().key("directories").beginList();
        for (PayloadScan.FoundDirectory directory : scan.directories()) {
            List<String> elements = new ArrayList<>();
            for (Path element : directory.path()) {
                if (!element.toString().isEmpty()) {
                    elements.add(PayloadScan.nameOf(element, directory.path()));
                }
            }
            path(out.beginDictionary().key("mode").integer(directory.mode()), "path", elements);
            out.end();
        }
        byte[] files = new byte[TreeModes.BYTES * scan.files().size()];
        for (int i = 0; i < scan.files().size(); i++) {
            files[TreeModes.BYTES * i] = (byte) (scan.files().get(i).mode() >> Byte.SIZE);
            files[TreeModes.BYTES * i + 1] = (byte) scan.files().get(i).mode();
        }
        out.end().key("files").string(files).end();
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
