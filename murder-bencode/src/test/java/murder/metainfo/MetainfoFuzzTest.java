package murder.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import murder.bencode.BencodeException;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeValue;
import murder.bencode.Leniency;
import murder.bencode.Limits;
import murder.fuzz.Fuzz;
import murder.fuzz.Mutator;
import murder.fuzz.SeededProperties;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** Hostile torrents, bencode and magnet links. */
@Tag(SeededProperties.FUZZ)
class MetainfoFuzzTest {
    private static final String HASH = "h".repeat(20);
    private static final Mutator TORRENTS = new Mutator(Fuzz.samples(
        "d8:announce8:http://a4:infod6:lengthi5e4:name3:app12:piece lengthi16384e6:pieces20:" + HASH + "ee",
        "d8:announce8:http://a13:announce-listll8:http://a8:http://bel6:udp://ee7:comment2:hi10:created by3:you13:creation datei1700000000e"
            + "4:infod5:filesld4:attr1:x6:lengthi100e4:pathl3:bin3:runeed4:attr1:l6:lengthi0e4:pathl4:linke12:symlink pathl3:bin3:runee"
            + "d4:attr1:p6:lengthi16284e4:pathl4:.pad5:16284eed6:lengthi7e4:pathl1:a1:b1:ceee4:name5:build12:piece lengthi16384e6:pieces40:"
            + HASH + HASH + "7:privatei1ee8:url-listl8:http://w9:http://w2ee",
        "d4:infod6:lengthi5e4:name3:app10:name.utf-83:app12:piece lengthi16384e6:pieces20:" + HASH + "ee and more"),
        "0123456789:-ilde./\\\0\u00ffpx");

    /** A value of two bytes takes about a hundred. What is read is written and read again. */
    private final Fuzz torrents = Fuzz.of(TORRENTS, MetainfoFuzzTest::readTorrent).throwing(MetainfoException.class)
        .allocating(64 * 1024, 600);
    private final Fuzz strict = Fuzz.of(new Mutator(Fuzz.samples("d1:ai-5e1:bl3:abc0:e1:cd1:dleee", "i0e", "le", "3:abc"),
        "0123456789:-ilde"), bytes -> readBencode(bytes, Set.of())).throwing(BencodeException.class).allocating(0, 400);
    private final Fuzz lenient = Fuzz.of(TORRENTS, bytes -> readBencode(bytes, EnumSet.allOf(Leniency.class)))
        .throwing(BencodeException.class).allocating(0, 400);
    private final Fuzz links = Fuzz.of(new Mutator(Fuzz.samples("magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567"
        + "&dn=a%20b%C3%A9&tr=http%3A%2F%2Fh%3A1%2Fa&x.pe=1.2.3.4:80&x.pe=[::1]:1&x.pe=host:65535",
        "magnet:?xt=urn:btih:" + "a2".repeat(16)),
        "&=%:+[]?."), MetainfoFuzzTest::readLink).throwing(MetainfoException.class).allocating(0, 400);

    @Property(tries = 40_000, shrinking = ShrinkingMode.OFF)
    void torrentsAreReadOrRefused(@ForAll long seed) throws Exception {
        torrents.run(seed);
    }

    @Property(tries = 30_000, shrinking = ShrinkingMode.OFF)
    void bencodeIsReadOrRefused(@ForAll long seed) throws Exception {
        strict.run(seed);
        lenient.run(seed);
    }

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void magnetLinksAreReadOrRefused(@ForAll long seed) throws Exception {
        links.run(seed);
    }

    private static void readTorrent(byte[] bytes) throws MetainfoException {
        Metainfo read = Metainfo.parse(bytes);
        assertThat(Metainfo.parse(read.toBytes()).infoHash()).isEqualTo(read.infoHash());
        long end = 0;
        for (FileEntry file : read.files()) {
            assertThat(file.offset()).isEqualTo(end);
            end += file.length();
            assertThat(file.path()).doesNotContain("..", ".", "").noneMatch(element -> element.contains("/") || element.contains("\0"));
        }
        assertThat(read.layout().length()).isEqualTo(end);
        assertThat(read.layout().pieceCount()).isLessThanOrEqualTo(bytes.length / InfoHash.LENGTH);
        assertThat(Magnet.parse(Magnet.of(read).toString()).infoHash()).isEqualTo(read.infoHash());
    }

    private static void readBencode(byte[] bytes, Set<Leniency> leniencies) throws BencodeException {
        BencodeReader reader = new BencodeReader(bytes, 0, bytes.length, Limits.MESSAGE, leniencies);
        BencodeValue value = reader.next();
        reader.finish();
        assertThat(value.toString().length()).isLessThan(1_200);
        byte[] encoded = value.encode();
        assertThat(encoded.length).isLessThanOrEqualTo(bytes.length);
        if (leniencies.isEmpty()) {
            assertThat(encoded).isEqualTo(bytes);
        }
    }

    private static void readLink(byte[] bytes) throws MetainfoException {
        Magnet link = Magnet.parse(new String(bytes, StandardCharsets.UTF_8));
        Magnet again = Magnet.parse(link.toString());
        assertThat(again.infoHash()).isEqualTo(link.infoHash());
        assertThat(again.trackers()).isEqualTo(link.trackers());
    }
}
