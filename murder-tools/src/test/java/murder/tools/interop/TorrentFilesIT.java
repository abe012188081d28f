package murder.tools.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import murder.tools.e2e.Bed;
import murder.tools.e2e.Payloads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Torrents that others made are read by us, and ours by them: everybody finds the same info-hash.
 */
@Tag("interop")
@Timeout(180)
class TorrentFilesIT {
    private static final String ANNOUNCE = "http://tracker.example:8998/announce";
    private static final Pattern HASH = Pattern.compile("(?i)\\b[0-9a-f]{40}\\b");

    @TempDir
    Path folder;

    private Bed bed;
    private Path file;
    private Path directory;

    enum Maker {
        MKTORRENT {
            @Override
            void make(Bed bed, Path payload, Path torrent) throws Exception {
                bed.run("mktorrent", "-a", ANNOUNCE, "-l", "16", "-o", torrent.toString(), payload.toString());
            }
        },
        TRANSMISSION_CREATE {
            @Override
            void make(Bed bed, Path payload, Path torrent) throws Exception {
                bed.run("transmission-create", "-t", ANNOUNCE, "-o", torrent.toString(), payload.toString());
            }
        },
        MURDER {
            @Override
            void make(Bed bed, Path payload, Path torrent) throws Exception {
                bed.murder("laptop", "create", payload, ANNOUNCE, torrent).awaitSuccess();
            }
        };

        abstract void make(Bed bed, Path payload, Path torrent) throws Exception;
    }

    @BeforeEach
    void makePayloads() throws IOException {
        bed = new Bed(folder);
        file = Payloads.file(bed.path("build.tgz"), 3_000_001);
        directory = bed.path("release");
        Payloads.file(directory.resolve("app.jar"), 1_500_000);
        Payloads.file(directory.resolve("lib/deep/one.so"), 333_333);
        Payloads.file(directory.resolve("empty"), 0);
        Payloads.makeExecutable(Payloads.file(directory.resolve("bin/run.sh"), 99));
        Files.createSymbolicLink(directory.resolve("bin/start"), Path.of("run.sh"));
    }

    @AfterEach
    void killAll() {
        bed.close();
    }

    @ParameterizedTest
    @EnumSource
    void singleFileHasSameInfoHash(Maker maker) throws Exception {
        maker.make(bed, file, bed.path("t.torrent"));
        String told = everybodyAgrees(bed.path("t.torrent"));
        assertThat(told).contains("\"name\":\"build.tgz\"", "\"length\":3000001", ANNOUNCE);
        assertThat(bed.murder("laptop", "verify", bed.path("t.torrent"), file).awaitExit()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void directoryHasSameInfoHash(Maker maker) throws Exception {
        maker.make(bed, directory, bed.path("t.torrent"));
        String told = everybodyAgrees(bed.path("t.torrent"));
        assertThat(told).contains("\"name\":\"release\"", "app.jar", "lib/deep/one.so", "bin/run.sh", ANNOUNCE);
        if (maker == Maker.MURDER) {
            assertThat(bed.murder("laptop", "verify", bed.path("t.torrent"), directory).awaitExit()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--private", "--comment=made by a test"})
    void optionsKeepSameInfoHash(String option) throws Exception {
        bed.murder("laptop", "create", file, ANNOUNCE + "," + ANNOUNCE + "2", bed.path("t.torrent"), "--piece-length", 32768, option)
            .awaitSuccess();
        everybodyAgrees(bed.path("t.torrent"));
    }

    /** The output of our {@code inspect --json}. All other programs found the same info-hash. */
    private String everybodyAgrees(Path torrent) throws Exception {
        String ours = bed.murder("laptop", "inspect", torrent, "--json").awaitSuccess().awaitResult();
        String hash = Bed.member(ours, "info_hash");
        assertThat(hash).matches("[0-9a-f]{40}");
        assertThat(hashIn(bed.run("/usr/bin/python3", Client.script(bed), "hash", torrent.toString()))).as("libtorrent").isEqualTo(hash);
        assertThat(hashIn(bed.run("transmission-show", torrent.toString()))).as("transmission").isEqualTo(hash);
        assertThat(hashIn(bed.run("aria2c", "--no-conf", "-S", torrent.toString()))).as("aria2").isEqualTo(hash);
        return ours;
    }

    private static String hashIn(String output) {
        Matcher matcher = HASH.matcher(output);
        assertThat(matcher.find()).as("an info-hash in: " + output).isTrue();
        return matcher.group().toLowerCase(Locale.ROOT);
    }
}
