package murder.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import murder.bencode.BencodeDictionary;
import murder.bencode.BencodeInteger;
import murder.bencode.BencodeList;
import murder.bencode.BencodeString;
import murder.bencode.BencodeValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetainfoTest {
    private static final int PIECE = 16 * 1024;

    private static BencodeValue s(String text) {
        return BencodeString.of(text);
    }

    private static BencodeValue i(long value) {
        return BencodeInteger.of(value);
    }

    private static BencodeValue l(BencodeValue... values) {
        return BencodeList.of(List.of(values));
    }

    private static BencodeValue hashes(int pieces) {
        byte[] bytes = new byte[pieces * 20];
        for (int n = 0; n < bytes.length; n++) {
            bytes[n] = (byte) n;
        }
        return BencodeString.of(bytes);
    }

    /**
     * A dictionary of alternating keys and values; a later value replaces an earlier one, null
     * removes it.
     */
    private static BencodeValue d(Object... entries) {
        Map<String, BencodeValue> map = new LinkedHashMap<>();
        for (int n = 0; n < entries.length; n += 2) {
            if (entries[n + 1] == null) {
                map.remove((String) entries[n]);
            } else {
                map.put((String) entries[n], (BencodeValue) entries[n + 1]);
            }
        }
        return BencodeDictionary.of(map);
    }

    private static Object[] plus(Object[] entries, Object... more) {
        return Stream.concat(Arrays.stream(entries), Arrays.stream(more)).toArray();
    }

    private static BencodeValue one(Object... changes) {
        return d(plus(new Object[] {"length", i(40_000), "name", s("build.tgz"), "piece length", i(PIECE), "pieces", hashes(3)}, changes));
    }

    private static BencodeValue many(BencodeValue... files) {
        long length = 0;
        for (BencodeValue file : files) {
            length += ((BencodeDictionary) file).get("length") instanceof BencodeInteger n ? Math.max(0, n.value()) : 0;
        }
        return d("files", l(files), "name", s("build"), "piece length", i(PIECE), "pieces", hashes((int) ((length + PIECE - 1) / PIECE)));
    }

    private static BencodeValue file(long length, String path, Object... changes) {
        BencodeValue[] elements = Arrays.stream(path.split("/", -1)).map(MetainfoTest::s).toArray(BencodeValue[]::new);
        return d(plus(new Object[] {"length", i(length), "path", l(elements)}, changes));
    }

    /** A file and a link, and what is said of their modes. */
    private static BencodeValue withModes(BencodeValue modes) {
        return d("files", l(file(1, "a"), file(0, "link", "attr", s("l"), "symlink path", l(s("d")))), "name", s("build"),
            "piece length", i(PIECE), "pieces", hashes(1), "tree modes", modes);
    }

    private static BencodeValue modes(String files, BencodeValue... directories) {
        return d("directories", l(directories), "files", s(files));
    }

    private static BencodeValue directory(long mode, String path) {
        BencodeValue[] elements = Arrays.stream(path.split("/", -1)).map(MetainfoTest::s).toArray(BencodeValue[]::new);
        return d("mode", i(mode), "path", l(elements));
    }

    private static byte[] torrent(BencodeValue info, Object... outer) {
        return d(plus(new Object[] {"info", info}, outer)).encode();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String sha1(byte[] bytes) throws Exception {
        return InfoHash.of(MessageDigest.getInstance("SHA-1").digest(bytes)).toString();
    }

    @Test
    void readsATorrentOfOneFile() throws Exception {
        BencodeValue info = one();
        Metainfo torrent = Metainfo.parse(torrent(info, "announce", s("http://t:1/a"), "comment", s("hi"), "created by", s("me"),
            "creation date", i(1_700_000_000)));
        assertThat(torrent.name()).isEqualTo("build.tgz");
        assertThat(torrent.isSingleFile()).isTrue();
        assertThat(torrent.files()).containsExactly(FileEntry.plain(List.of("build.tgz"), 0, 40_000));
        assertThat(torrent.layout()).isEqualTo(new PieceLayout(40_000, PIECE));
        assertThat(torrent.infoHash()).hasToString(sha1(info.encode()));
        assertThat(torrent.rawInfo()).isEqualTo(info.encode());
        assertThat(torrent.trackers()).containsExactly(List.of("http://t:1/a"));
        assertThat(torrent.comment()).isEqualTo("hi");
        assertThat(torrent.createdBy()).isEqualTo("me");
        assertThat(torrent.creationDate()).contains(Instant.ofEpochSecond(1_700_000_000));
        assertThat(torrent.isPrivate()).isFalse();
        assertThat(torrent.pieceHash(1)).startsWith(20, 21, 22).hasSize(20);
        assertThat(torrent.isPieceHash(1, torrent.pieceHash(1))).isTrue();
        assertThat(torrent.isPieceHash(0, torrent.pieceHash(1))).isFalse();
        assertThat(torrent.isPieceHash(0, new byte[0])).isFalse();
        assertThat(torrent.hasSha256()).isFalse();
        assertThat(torrent.newPieceDigest().getAlgorithm()).isEqualTo("SHA-1");
    }

    @Test
    void sha256OfPiecesReplacesTheirSha1() throws Exception {
        byte[] hashes = new byte[96];
        for (int n = 0; n < hashes.length; n++) {
            hashes[n] = (byte) n;
        }
        Metainfo torrent = Metainfo.parse(torrent(one("pieces sha256", BencodeString.of(hashes))));
        assertThat(torrent.hasSha256()).isTrue();
        assertThat(torrent.newPieceDigest().getAlgorithm()).isEqualTo("SHA-256");
        assertThat(torrent.isPieceHash(2, Arrays.copyOfRange(hashes, 64, 96))).isTrue();
        assertThat(torrent.isPieceHash(1, Arrays.copyOfRange(hashes, 64, 96))).isFalse();
        assertThat(torrent.isPieceHash(2, Arrays.copyOfRange(hashes, 64, 95))).isFalse();
        assertThat(torrent.isPieceHash(2, torrent.pieceHash(2))).isFalse();
        assertThat(torrent.pieceHash(2)).startsWith(40, 41).hasSize(20);
        Metainfo fromPeers = Metainfo.ofInfo(torrent.rawInfo(), List.of());
        assertThat(fromPeers.hasSha256()).isTrue();
        assertThat(fromPeers.isPieceHash(0, Arrays.copyOf(hashes, 32))).isTrue();
    }

    @Test
    void readsATorrentOfManyFiles() throws Exception {
        Metainfo torrent = Metainfo.parse(torrent(many(
            file(10_000, "bin/run", "attr", s("x")),
            file(6_384, ".pad/6384", "attr", s("p")),
            file(0, "empty"),
            file(0, "current", "attr", s("l"), "symlink path", l(s("bin"), s("run"))),
            file(6_384, ".pad/6384", "attr", s("p")),
            file(1, "h\u00fclle", "attr", s("h?")))));
        assertThat(torrent.isSingleFile()).isFalse();
        assertThat(torrent.files()).containsExactly(
            new FileEntry(List.of("bin", "run"), 0, 10_000, false, true, false, List.of()),
            new FileEntry(List.of(".pad", "6384"), 10_000, 6_384, true, false, false, List.of()),
            FileEntry.plain(List.of("empty"), 16_384, 0),
            new FileEntry(List.of("current"), 16_384, 0, false, false, false, List.of("bin", "run")),
            new FileEntry(List.of(".pad", "6384"), 16_384, 6_384, true, false, false, List.of()),
            new FileEntry(List.of("h\u00fclle"), 22_768, 1, false, false, true, List.of()));
        assertThat(torrent.layout().length()).isEqualTo(22_769);
        assertThat(torrent.trackers()).isEmpty();
        assertThat(torrent.creationDate()).isEmpty();
    }

    @Test
    void hashesRawInfoInAnyOrder() throws Exception {
        String info = "d4:name1:x6:lengthi0e12:piece lengthi16384e6:pieces0:7:privatei1e1:?3:abce";
        byte[] torrent = ascii("d4:info" + info + "8:announce0:e\n");
        Metainfo metainfo = Metainfo.parse(torrent);
        assertThat(metainfo.infoHash()).hasToString(sha1(ascii(info)));
        assertThat(metainfo.isPrivate()).isTrue();
        Metainfo copy = Metainfo.parse(metainfo.toBytes());
        assertThat(copy.infoHash()).isEqualTo(metainfo.infoHash());
        assertThat(copy.rawInfo()).isEqualTo(ascii(info));
        Metainfo fromPeers = Metainfo.ofInfo(ascii(info), List.of(List.of("http://t/")));
        assertThat(fromPeers.infoHash()).isEqualTo(metainfo.infoHash()).isEqualTo(InfoHash.ofInfo(ascii(info)));
        assertThat(fromPeers.trackers()).containsExactly(List.of("http://t/"));
    }

    @Test
    void readsTrackerTiersAndWebSeeds() throws Exception {
        Metainfo torrent = Metainfo.parse(torrent(one(), "announce", s("http://ignored/"),
            "announce-list", l(l(s("http://a/"), s("http://b/")), l(), l(s("")), l(s("udp://c:1"))), "url-list", l(s("http://w/"), s(""))));
        assertThat(torrent.trackers()).containsExactly(List.of("http://a/", "http://b/"), List.of("udp://c:1"));
        assertThat(torrent.webSeeds()).containsExactly("http://w/");
        Metainfo back = Metainfo.parse(torrent.toBytes());
        assertThat(back.trackers()).isEqualTo(torrent.trackers());
        assertThat(back.webSeeds()).isEqualTo(torrent.webSeeds());
        assertThat(Metainfo.parse(torrent(one(), "announce-list", l(s("http://a/")), "url-list", s("http://w/"))))
            .satisfies(t -> assertThat(t.trackers()).containsExactly(List.of("http://a/")))
            .satisfies(t -> assertThat(t.webSeeds()).containsExactly("http://w/"));
        assertThat(Metainfo.parse(torrent(one(), "announce", s("http://a/"), "announce-list", l(l()), "url-list", s(""))))
            .satisfies(t -> assertThat(t.trackers()).containsExactly(List.of("http://a/")))
            .satisfies(t -> assertThat(t.webSeeds()).isEmpty());
    }

    @Test
    void writesEverythingItKeeps() throws Exception {
        byte[] bytes = torrent(one("private", i(1)), "announce", s("http://a/"), "comment", s("c"), "created by", s("b"),
            "creation date", i(5), "url-list", l(s("http://w/")));
        assertThat(Metainfo.parse(bytes).toBytes()).isEqualTo(bytes);
    }

    @Test
    void prefersNamesInUtf8() throws Exception {
        BencodeValue legacy = BencodeString.of(new byte[] {(byte) 0xe4});
        Metainfo torrent = Metainfo.parse(torrent(d("files",
            l(d("length", i(1), "path", l(legacy), "path.utf-8", l(s("\u00e4")))),
            "name", legacy, "name.utf-8", s("\u00fc"), "piece length", i(PIECE), "pieces", hashes(1))));
        assertThat(torrent.name()).isEqualTo("\u00fc");
        assertThat(torrent.files().get(0).path()).containsExactly("\u00e4");
    }

    @Test
    void readsVersion1OfHybrid() throws Exception {
        Metainfo torrent = Metainfo.parse(torrent(one("meta version", i(2), "file tree", d("build.tgz", d("", d("length", i(40_000))))),
            "piece layers", d()));
        assertThat(torrent.layout().pieceCount()).isEqualTo(3);
    }

    @Test
    void acceptsEmptyFileAndOddLength() throws Exception {
        assertThat(Metainfo.parse(torrent(one("length", i(0), "pieces", hashes(0)))).layout().pieceCount()).isZero();
        assertThat(Metainfo.parse(torrent(one("piece length", i(20_001), "pieces", hashes(2)))).layout().pieceCount()).isEqualTo(2);
        assertThat(Metainfo.parse(torrent(one("attr", s("x")))).files().get(0).executable()).isTrue();
        assertThat(Metainfo.parse(torrent(one("private", i(0)))).isPrivate()).isFalse();
    }

    @Test
    void padFilesMayLackAName() throws Exception {
        Metainfo torrent = Metainfo.parse(torrent(many(file(1, "a"), d("length", i(9), "attr", s("p")))));
        assertThat(torrent.files().get(1).path()).containsExactly(".pad", "9");
    }

    private record Refusal(String field, String problem, byte[] torrent) {
        @Override
        public String toString() {
            return field + ": " + problem;
        }
    }

    private static Refusal no(String field, String problem, BencodeValue info, Object... outer) {
        return new Refusal(field, problem, torrent(info, outer));
    }

    static Stream<Refusal> refusals() {
        String long256 = "x".repeat(256);
        BencodeValue bad = BencodeString.of(new byte[] {(byte) 0xff});
        List<Refusal> all = new ArrayList<>(List.of(
            new Refusal("", "not a torrent", ascii("")),
            new Refusal("", "not a torrent", ascii("<html>")),
            new Refusal("", "not a torrent", ascii("le")),
            new Refusal("", "twice", ascii("d4:infode4:infodee")),
            new Refusal("info", "missing", ascii("de")),
            new Refusal("info", "should be of type dictionary, not list", ascii("d4:infolee")),
            new Refusal("", "twice", ascii("d4:infod6:lengthi1e4:name1:x6:lengthi2eee")),
            no("info.name", "missing", one("name", null)),
            no("info.name", "should be of type string, not integer", one("name", i(1))),
            no("info.name", "an empty name", one("name", s(""))),
            no("info.name", "'..' is not a name", one("name", s(".."))),
            no("info.name", "separator", one("name", s("a/b"))),
            no("info.name", "separator", one("name", s("/"))),
            no("info.name", "not UTF-8", one("name", bad)),
            no("info.piece length", "missing", one("piece length", null)),
            no("info.piece length", "not within", one("piece length", i(0))),
            no("info.piece length", "not within", one("piece length", i(-16384))),
            no("info.piece length", "not within", one("piece length", i(1023))),
            no("info.piece length", "not within", one("piece length", i((64 << 20) + 1))),
            no("info.piece length", "not within", one("piece length", i(1L << 32 | PIECE))),
            no("info.piece length", "more than 2097152 pieces", one("length", i((1L << 21) * PIECE + 1))),
            no("info.piece length", "more than 2097152 pieces", one("length", i(Long.MAX_VALUE))),
            no("info.pieces", "missing", one("pieces", null)),
            no("info.pieces", "need 60", one("pieces", hashes(2))),
            no("info.pieces", "need 60", one("pieces", hashes(4))),
            no("info.pieces", "need 60", one("pieces", BencodeString.of(new byte[59]))),
            no("info.pieces", "should be of type string", one("pieces", l())),
            no("info.pieces", "missing", one("pieces", null, "pieces sha256", BencodeString.of(new byte[96]))),
            no("info.pieces sha256", "need 96", one("pieces sha256", BencodeString.of(new byte[95]))),
            no("info.pieces sha256", "need 96", one("pieces sha256", BencodeString.of(new byte[128]))),
            no("info.pieces sha256", "need 96", one("pieces sha256", s(""))),
            no("info.pieces sha256", "should be of type string", one("pieces sha256", i(96))),
            no("info.length", "missing", one("length", null)),
            no("info.length", "negative length -1", one("length", i(-1))),
            no("info.attr", "cannot be a symlink", one("attr", s("l"))),
            no("info.attr", "should be of type string", one("attr", i(1))),
            no("info.private", "should be of type integer", one("private", s("1"))),
            no("info.files", "not both", one("files", l(file(1, "a")))),
            no("info.files", "no files", many()),
            no("info.files", "should be of type list", one("length", null, "files", d())),
            no("info.files[1]", "should be of type dictionary", d("files", l(file(0, "a"), s("b")), "name", s("n"),
                "piece length", i(PIECE), "pieces", hashes(0))),
            no("info.files[1].length", "missing", many(file(1, "a"), file(1, "b", "length", null))),
            no("info.files[1].length", "negative", many(file(1, "a"), file(-1, "b"))),
            no("info.files[2].length", "longer than 64 bits", d("files", l(file(Long.MAX_VALUE, "a"), file(0, "b"), file(1, "c")),
                "name", s("n"), "piece length", i(PIECE), "pieces", hashes(0))),
            no("info.files[0].path", "missing", many(file(1, "a", "path", null))),
            no("info.files[0].path", "an empty path", many(file(1, "a", "path", l()))),
            no("info.files[0].path", "should be of type list", many(file(1, "a", "path", s("a")))),
            no("info.files[0].path[1]", "should be of type string", many(file(1, "a", "path", l(s("a"), i(1))))),
            no("info.files[0].path[0]", "'..' is not a name", many(file(1, "../etc/passwd"))),
            no("info.files[0].path[1]", "'..' is not a name", many(file(1, "a/../b"))),
            no("info.files[0].path[1]", "'.' is not a name", many(file(1, "a/./b"))),
            no("info.files[0].path[0]", "an empty name", many(file(1, "/etc/passwd"))),
            no("info.files[0].path[1]", "an empty name", many(file(1, "a/"))),
            no("info.files[0].path[0]", "separator", many(file(1, "a", "path", l(s("/etc/passwd"))))),
            no("info.files[0].path[0]", "separator", many(file(1, "..\\..\\boot"))),
            no("info.files[0].path[0]", "NUL", many(file(1, "a\0b"))),
            no("info.files[0].path[0]", "256 bytes", many(file(1, long256))),
            no("info.files[0].path[0]", "258 bytes", many(file(1, "\u00fc".repeat(129)))),
            no("info.files[0].path", "5000 bytes", many(file(1, "x/".repeat(2500).substring(0, 4999) + "y"))),
            no("info.files[0].path[0]", "not UTF-8", many(file(1, "a", "path", l(bad)))),
            no("info.files[0].path.utf-8[0]", "'..' is not a name", many(file(1, "a", "path.utf-8", l(s(".."))))),
            no("info.files[2].path", "twice", many(file(1, "a"), file(1, "b"), file(1, "a"))),
            no("info.files[1].path", "twice", many(file(1, "a"), file(1, "a/b"))),
            no("info.files[2].path", "twice", many(file(1, "a/b/c"), file(1, "a-b"), file(1, "a"))),
            no("info.files[2].path", "twice", many(file(1, "a"), file(1, "a!"), file(1, "a/b/c"))),
            no("info.files[1].path", "twice", many(file(0, "link", "attr", s("l"), "symlink path", l(s("d"))), file(1, "link/x"))),
            no("info.files[0].attr", "cannot be a symlink", many(file(0, "a", "attr", s("lp"), "symlink path", l(s("d"))))),
            no("info.files[0].symlink path", "missing", many(file(0, "a", "attr", s("l")))),
            no("info.files[0].symlink path", "an empty path", many(file(0, "a", "attr", s("l"), "symlink path", l()))),
            no("info.files[0].symlink path[0]", "'..'", many(file(0, "a", "attr", s("l"), "symlink path", l(s(".."), s("x"))))),
            no("info.files[0].symlink path[0]", "an empty", many(file(0, "a", "attr", s("l"), "symlink path", l(s(""), s("etc"))))),
            no("info.files[0].symlink path[0]", "separator", many(file(0, "a", "attr", s("l"), "symlink path", l(s("/etc"))))),
            no("info.files[0].length", "a symlink has no bytes", many(file(1, "a", "attr", s("l"), "symlink path", l(s("x"))))),
            no("info.files[0].path[0]", "'..'", many(file(1, "..", "attr", s("p")))),
            no("info.meta version", "version 2 only", one("pieces", null, "length", null, "meta version", i(2), "file tree", d()))));
        all.addAll(List.of(
            no("info.tree modes", "should be of type dictionary", withModes(l())),
            no("info.tree modes.files", "missing", withModes(d("directories", l()))),
            no("info.tree modes.files", "1 bytes for 2 files", withModes(modes("\1"))),
            no("info.tree modes.files", "512 are no permission bits", withModes(modes("\2\0\0\0"))),
            no("info.tree modes.directories", "missing", withModes(d("files", s("\0\0\0\0")))),
            no("info.tree modes.directories[0].mode", "missing", withModes(modes("\0\0\0\0", d("path", l())))),
            no("info.tree modes.directories[0].mode", "-1 are no", withModes(modes("\0\0\0\0", directory(-1, "d")))),
            no("info.tree modes.directories[0].mode", "2048 are no", withModes(modes("\0\0\0\0", directory(2048, "d")))),
            no("info.tree modes.directories[1].path[0]", "'..' is not",
                withModes(modes("\0\0\0\0", directory(1, "d"), directory(1, "..")))),
            no("info.tree modes.directories[0].path", "below a file", withModes(modes("\0\0\0\0", directory(1, "a")))),
            no("info.tree modes.directories[0].path", "below a file", withModes(modes("\0\0\0\0", directory(1, "link/x")))),
            no("announce", "should be of type string", one(), "announce", i(1)),
            no("announce", "not UTF-8", one(), "announce", bad),
            no("announce-list", "should be of type list", one(), "announce-list", s("x")),
            no("announce-list[0]", "should be of type list", one(), "announce-list", l(i(1))),
            no("announce-list[0][1]", "should be of type string", one(), "announce-list", l(l(s("x"), i(1)))),
            no("url-list", "should be of type list", one(), "url-list", i(1)),
            no("url-list[0]", "should be of type string", one(), "url-list", l(i(1))),
            no("comment", "should be of type string", one(), "comment", i(1)),
            no("created by", "should be of type string", one(), "created by", l()),
            no("creation date", "should be of type integer", one(), "creation date", s("now")),
            no("creation date", "no time", one(), "creation date", i(Long.MAX_VALUE))));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesAndNamesTheField(Refusal refusal) {
        MetainfoException e = catchThrowableOfType(MetainfoException.class, () -> Metainfo.parse(refusal.torrent));
        assertThat(e).isNotNull().hasMessageContaining(refusal.problem);
        assertThat(e.field()).isEqualTo(refusal.field);
        assertThat(e.getMessage()).startsWith(refusal.field);
    }

    @Test
    void refusesBytesAfterInfo() {
        byte[] info = one().encode();
        assertThatThrownBy(() -> Metainfo.ofInfo(Arrays.copyOf(info, info.length + 1), List.of()))
            .isInstanceOf(MetainfoException.class).hasMessageContaining("behind the value");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50, 255})
    void acceptsNamesUpToTheLimit(int length) throws Exception {
        assertThat(Metainfo.parse(torrent(one("name", s("x".repeat(length))))).name()).hasSize(length);
    }

    @Test
    void readsFilesAndRefusesHugeOnes(@TempDir Path dir) throws Exception {
        Path file = Files.write(dir.resolve("a.torrent"), torrent(one()));
        assertThat(Metainfo.read(file).name()).isEqualTo("build.tgz");
        try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.position(Metainfo.MAX_BYTES);
            channel.write(java.nio.ByteBuffer.wrap(new byte[1]));
        }
        assertThatThrownBy(() -> Metainfo.read(file)).isInstanceOf(MetainfoException.class)
            .hasMessageContaining("more than 67108864 bytes");
        assertThatThrownBy(() -> Metainfo.read(dir.resolve("none"))).isInstanceOf(IOException.class);
    }

    @Test
    void saysWhereFilesLie() throws Exception {
        Metainfo one = Metainfo.parse(torrent(one()));
        Metainfo many = Metainfo.parse(torrent(many(file(1, "a/b"))));
        assertThat(one.pathOf(Path.of("/x/renamed"), 0)).isEqualTo(Path.of("/x/renamed"));
        assertThat(many.pathOf(Path.of("/x/y"), 0)).isEqualTo(Path.of("/x/y/a/b"));
        assertThat(many.pathOf(Path.of(""), 0)).isEqualTo(Path.of("a/b"));
    }

    @Test
    void writesSymlinksRelativeToFolder() {
        assertThat(link("link", "file")).isEqualTo("file");
        assertThat(link("link", "d/file")).isEqualTo("d/file");
        assertThat(link("a/b/link", "a/c")).isEqualTo("../c");
        assertThat(link("a/b/link", "x/y")).isEqualTo("../../x/y");
        assertThat(link("a/b/link", "a/b")).isEqualTo("../b");
        assertThat(link("a/b/link", "a")).isEqualTo("../../a");
        assertThat(link("a/link", "a/link/x")).isEqualTo("link/x");
        assertThatThrownBy(() -> FileEntry.plain(List.of("a"), 0, 0).relativeTarget()).isInstanceOf(IllegalStateException.class);
    }

    private static String link(String path, String target) {
        return new FileEntry(List.of(path.split("/")), 0, 0, false, false, false, List.of(target.split("/"))).relativeTarget();
    }
}
