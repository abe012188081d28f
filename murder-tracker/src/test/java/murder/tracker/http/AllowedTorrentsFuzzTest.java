package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import murder.fuzz.Fuzz;
import murder.fuzz.Mutator;
import murder.fuzz.SeededProperties;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;

/** Damaged torrents in the directory of a tracker. They are skipped, and hide no other torrent. */
@Tag(SeededProperties.FUZZ)
class AllowedTorrentsFuzzTest {
    private static final byte[] GOOD = Fuzz.samples("d8:announce8:http://a4:infod6:lengthi5e4:name3:app12:piece lengthi16384e6:pieces20:"
        + "\u00a0".repeat(20) + "ee").get(0);

    /** A line for each refused file would hide everything else. */
    private static final Logger LOG = Logger.getLogger(AllowedTorrents.class.getName());

    private final Path directory = Files.createTempDirectory("murder-torrents");
    private final Path good = directory.resolve("good.torrent");
    private final Path odd = directory.resolve("odd.torrent");
    private final Fuzz directories = Fuzz.of(new Mutator(List.of(GOOD), "0123456789:-ilde./\\\0"), this::scan).allocating(1 << 20, 600);

    AllowedTorrentsFuzzTest() throws IOException {
        LOG.setLevel(Level.OFF);
        Files.write(good, GOOD);
    }

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void damagedTorrentsHideNoOther(@ForAll long seed) throws Exception {
        directories.run(seed);
    }

    private void scan(byte[] bytes) throws Exception {
        Files.write(odd, bytes);
        AllowedTorrents torrents = new AllowedTorrents(directory, List.of());
        Map<InfoHash, String> served = torrents.scan();
        assertThat(served).containsEntry(Metainfo.parse(GOOD).infoHash(), "app").hasSizeLessThanOrEqualTo(2);
        assertThat(torrents.read(good.getFileName().toString())).isEqualTo(GOOD);
        byte[] read = torrents.read(odd.getFileName().toString());
        if (read != null) {
            assertThat(served).containsKey(Metainfo.parse(read).infoHash());
        }
    }

    @AfterProperty
    void removeDirectory() throws IOException {
        LOG.setLevel(null);
        Files.delete(odd);
        Files.delete(good);
        Files.delete(directory);
    }
}
