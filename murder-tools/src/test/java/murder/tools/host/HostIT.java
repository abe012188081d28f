package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import murder.tools.CommandRun;
import murder.tools.ToolProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A deploy step by step with the real jar, each host a folder of its own, and what can go wrong on
 * a host. The longer tests run with the slow suites.
 */
class HostIT {
    private static final String ODD_TAG = "it's \"r1\" $(touch x) `y`; *";

    @TempDir
    private Path temporary;

    private Path source;
    private String tracker;

    @BeforeEach
    void startTracker() throws Exception {
        temporary = temporary.toRealPath();
        source = temporary.resolve("source");
        Files.createDirectories(source.resolve("bin"));
        byte[] bytes = new byte[500_000];
        new Random(1).nextBytes(bytes);
        Files.write(source.resolve("bin/app"), bytes);
        Files.setPosixFilePermissions(source.resolve("bin/app"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(source.resolve("with space"), "text");
        Files.createSymbolicLink(source.resolve("bin/link"), Path.of("../with space"));
        CommandRun run = host("tracker", "start-tracker", "--port=0", "--bind=127.0.0.1");
        assertThat(run.err()).isEmpty();
        tracker = "127.0.0.1:" + run.result().get("port");
    }

    @AfterEach
    void stopAll() throws Exception {
        for (String host : List.of("tracker", "seeder", "peer")) {
            for (Map<String, String> process : ToolProcess.status(state(host))) {
                ProcessHandle.of(Long.parseLong(process.get("pid"))).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    private Path state(String host) {
        return temporary.resolve(host + "-state");
    }

    private Path temp(String host) {
        return temporary.resolve(host + "-temp");
    }

    private Path releases() {
        return temporary.resolve("releases");
    }

    private CommandRun host(String host, String task, String... options) throws Exception {
        return host(host, Map.of(), null, task, options);
    }

    private CommandRun host(String host, Map<String, String> env, Path input, String task, String... options) throws Exception {
        return ToolProcess.run(state(host), env, input, words(task, options));
    }

    /** Packing needs no process of its own. */
    private CommandRun pack(String... options) {
        String[] words = join(new String[] {"host", "pack", "--temp=" + temp("seeder"), "--files=" + source, "--tracker=" + tracker,
            "--json"}, options);
        return CommandRun.withState(state("seeder"), words);
    }

    private static Object[] words(String task, String... options) {
        List<Object> words = new ArrayList<>(List.of("host", task));
        words.addAll(Arrays.asList(options));
        if (!task.equals("torrent")) {
            words.add("--json");
        }
        return words.toArray();
    }

    /** Packs and seeds; returns the torrent as the control machine has it. */
    private Path seed(String tag, String archive, String... more) throws Exception {
        String[] options = {"--tag=" + tag, "--temp=" + temp("seeder"), "--archive=" + archive};
        CommandRun pack = pack(join(new String[] {"--tag=" + tag, "--archive=" + archive}, more));
        assertThat(pack.err()).isEmpty();
        CommandRun seeding = host("seeder", "start-seeding", join(options, archive.equals("tree") ? new String[] {"--files=" + source}
            : new String[0]));
        assertThat(seeding.err()).isEmpty();
        assertThat(seeding.result()).containsEntry("result", "seeding").containsEntry("started", "true")
            .containsEntry("info_hash", pack.result().get("info_hash"));
        return torrent(tag, archive);
    }

    private Path torrent(String tag, String archive) {
        return temp("seeder").resolve(archive.equals("tree") ? tag + ".torrent" : tag + "." + archive + ".torrent");
    }

    private static String[] join(String[] some, String... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
    }

    private String[] peerOptions(String tag, String archive, String... more) {
        return join(new String[] {"--tag=" + tag, "--temp=" + temp("peer"), "--dest=" + releases(), "--archive=" + archive, "--timeout=50s",
            "--ip=127.0.0.1"}, more);
    }

    private CommandRun peer(Path torrent, String tag, String archive, String... more) throws Exception {
        return host("peer", Map.of(), torrent, "peer", peerOptions(tag, archive, more));
    }

    /** Paths with what is there: mode and content, or where a link leads. */
    private static Map<String, String> tree(Path root) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String content = Files.isSymbolicLink(path) ? "-> " + Files.readSymbolicLink(path)
                    : PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS))
                        + (Files.isDirectory(path) ? "" : " " + Arrays.hashCode(Files.readAllBytes(path)));
                tree.put(root.relativize(path).toString(), content);
            }
        }
        return tree;
    }

    @ParameterizedTest
    @ValueSource(strings = {"tgz", "tar", "tree"})
    void releaseArrivesUnchanged(String archive) throws Exception {
        Path torrent = seed(ODD_TAG, archive);
        CommandRun run = peer(torrent, ODD_TAG, archive);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.result()).containsEntry("result", "complete").containsEntry("ok", "true").containsEntry("tag", ODD_TAG)
            .containsEntry("path", releases().resolve(ODD_TAG).toString()).doesNotContainKey("warning");
        assertThat(tree(releases().resolve(ODD_TAG))).isEqualTo(tree(source));
        Map<String, String> background = ToolProcess.status(state("peer")).get(0);
        assertThat(background).containsEntry("tag", ODD_TAG).containsEntry("state", "seeding")
            .containsEntry("pid", run.result().get("pid"));
        assertThat(Path.of(background.get("log"))).content().contains("is in " + releases().resolve(ODD_TAG));
        assertThat(ToolProcess.run(state("seeder"), "stop", "seeder", "--exact", "--", ODD_TAG).status()).isZero();
        // Another host gets it from the one that only seeds in the background now.
        CommandRun other = host("peer", Map.of("MURDER_STATE", state("other").toString()), torrent, "peer", "--tag=" + ODD_TAG,
            "--temp=" + temp("other"), "--dest=" + temporary.resolve("other"), "--archive=" + archive, "--seed-for=0", "--timeout=50s");
        assertThat(other.err()).isEmpty();
        assertThat(tree(temporary.resolve("other").resolve(ODD_TAG))).isEqualTo(tree(source));
        assertThat(ToolProcess.run(state("peer"), "stop", "peer", "--exact", "--", ODD_TAG).status()).isZero();
        assertThat(releases().toFile().list()).containsExactly(ODD_TAG);
        CommandRun clean = host("peer", "clean", "--tag=" + ODD_TAG, "--temp=" + temp("peer"));
        assertThat(clean.result()).containsEntry("ok", "true").containsEntry("running", "0");
        assertThat(temp("peer")).isEmptyDirectory();
    }

    @Test
    @Tag("e2e")
    void fileArrivesUnderItsName() throws Exception {
        source = source.resolve("bin/app");
        CommandRun run = peer(seed("r1", "tgz", "--path-is-file"), "r1", "tgz", "--path-is-file");
        assertThat(run.err()).isEmpty();
        assertThat(releases().toFile().list()).containsExactly("r1.tgz");
        assertThat(releases().resolve("r1.tgz")).hasSameBinaryContentAs(source).isExecutable();
        assertThat(ToolProcess.run(state("peer"), "stop", "peer").status()).isZero();
        // Once more is no failure; another file under this name is.
        assertThat(peer(torrent("r1", "tgz"), "r1", "tgz", "--path-is-file").status()).isZero();
        Files.writeString(releases().resolve("r1.tgz"), "another");
        CommandRun again = peer(torrent("r1", "tgz"), "r1", "tgz", "--path-is-file");
        assertThat(again.err()).startsWith("murder host peer: destination " + releases().resolve("r1.tgz") + " is there already");
    }

    @Test
    void theTorrentComesThroughStandardOutput() throws Exception {
        Path torrent = seed("r1", "tgz");
        CommandRun run = host("seeder", "torrent", "--tag=r1", "--temp=" + temp("seeder"));
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("d8:announce").hasSizeGreaterThan(100);
        assertThat(host("seeder", "torrent", "--tag=r2", "--temp=" + temp("seeder")).err()).contains("r2.tgz.torrent is not there");
        assertThat(torrent).exists();
    }

    @Test
    void refusesOccupiedDestinationBeforeFetching() throws Exception {
        Path torrent = seed("r1", "tgz");
        Path there = Files.createDirectories(releases().resolve("r1"));
        Files.writeString(there.resolve("precious"), "old");
        CommandRun run = peer(torrent, "r1", "tgz");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("murder host peer: destination " + there
            + " is not empty; choose another tag, or replace it with unsafe_please_delete=1\n");
        assertThat(run.result()).containsEntry("result", "failed").containsEntry("ok", "false");
        assertThat(temp("peer")).isEmptyDirectory();
        assertThat(tree(releases())).containsOnlyKeys("", "r1", "r1/precious");
        CommandRun forced = peer(torrent, "r1", "tgz", "--unsafe-please-delete", "--seed-for=0");
        assertThat(forced.err()).isEmpty();
        assertThat(tree(there)).isEqualTo(tree(source));
        assertThat(releases().toFile().list()).containsExactly("r1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tgz", "tree"})
    @Tag("e2e")
    void repeatedPeerNeedsUnchangedRelease(String archive) throws Exception {
        Path torrent = seed("r1", archive);
        assertThat(peer(torrent, "r1", archive, "--seed-for=0").result()).containsEntry("ok", "true").doesNotContainKey("already");
        assertThat(peer(torrent, "r1", archive, "--seed-for=0").result()).containsEntry("ok", "true").containsEntry("already", "true");
        Files.write(releases().resolve("r1/bin/app"), new byte[500_000]);
        CommandRun changed = peer(torrent, "r1", archive, "--seed-for=0");
        assertThat(changed.status()).isEqualTo(1);
        assertThat(changed.err()).contains("r1 is not empty");
        assertThat(peer(torrent, "r1", archive, "--seed-for=0", "--unsafe-please-delete").status()).isZero();
        assertThat(tree(releases().resolve("r1"))).isEqualTo(tree(source));
    }

    @Test
    void unsafePleaseDeleteStopsAtHome() throws Exception {
        Path torrent = seed("r1", "tgz");
        Path home = Files.createDirectories(releases().resolve("r1/home"));
        CommandRun run = host("peer", Map.of("HOME", home.toString()), torrent, "peer",
            peerOptions("r1", "tgz", "--unsafe-please-delete"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("is not deleted: the home directory " + home + " is in it");
        assertThat(home).exists();
        assertThat(temp("peer")).isEmptyDirectory();
    }

    @Test
    @Tag("e2e")
    void reportsWrongInput() throws Exception {
        Path torrent = seed("r1", "tgz");
        assertThat(peer(torrent, "r2", "tgz").err()).contains("the torrent on standard input is of 'r1.tgz', not of 'r2.tgz'");
        assertThat(peer(torrent, "r1", "tar").err()).contains("is of 'r1.tgz', not of 'r1.tar'");
        assertThat(peer(Files.createFile(temporary.resolve("empty")), "r1", "tgz").err()).contains("there is no torrent on standard input");
        assertThat(peer(Files.writeString(temporary.resolve("junk"), "junk"), "r1", "tgz").err()).contains("is no valid torrent");
        CommandRun slash = peer(torrent, "a/b", "tgz");
        assertThat(slash.status()).isEqualTo(2);
        assertThat(slash.err()).startsWith("murder host peer: tag 'a/b' has a slash in it");
        CommandRun nowhere = host("peer", Map.of(), torrent, "peer", "--tag=r1", "--temp=" + temp("peer"), "--dest=/proc/x",
            "--ip=127.0.0.1");
        assertThat(nowhere.err().lines()).singleElement().asString().startsWith("murder host peer: cannot make the destination /proc/x: ");
        assertThat(releases()).doesNotExist();
    }

    /**
     * Puts an archive of one's own in the place of what pack made, with a torrent that is right.
     */
    private Path seedArchive(TarBytes archive) throws Exception {
        Path evil = temporary.resolve("evil.tgz");
        archive.writeTgz(evil);
        source = evil;
        return seed("r1", "tgz", "--path-is-file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | ../escaped     |              | member '../escaped' has '..' in its name",
        "2 | link           | ../../secret | member 'link' is a symbolic link to '../../secret', which leads out of the archive",
        "3 | device         |              | member 'device' is a device"})
    void anEvilArchiveLeavesNothing(char type, String name, String link, String why) throws Exception {
        Path torrent = seedArchive(new TarBytes().directory("./").file("good", "good").member(type, name, link == null ? "" : link,
            "0000644", ""));
        CommandRun run = peer(torrent, "r1", "tgz");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("murder host peer: " + temp("peer").resolve("r1.tgz") + " cannot be unpacked: " + why + "\n");
        assertThat(releases()).isEmptyDirectory();
        assertThat(ToolProcess.status(state("peer"))).isEmpty();
    }

    @Test
    void bitsThatRaisePrivilegesAreCleared() throws Exception {
        Path torrent = seedArchive(new TarBytes().member('5', "./", "", "0001777", "").member('0', "s", "", "0006755", "x")
            .member('0', "secret", "", "0000600", "x"));
        assertThat(peer(torrent, "r1", "tgz", "--seed-for=0").err()).isEmpty();
        assertThat((int) Files.getAttribute(releases().resolve("r1/s"), "unix:mode") & 07777).isEqualTo(0755);
        assertThat((int) Files.getAttribute(releases().resolve("r1/secret"), "unix:mode") & 07777).isEqualTo(0600);
        assertThat((int) Files.getAttribute(releases().resolve("r1"), "unix:mode") & 07777).isEqualTo(01777);
    }

    @Test
    void reportsInvalidArchive() throws Exception {
        source = Files.writeString(temporary.resolve("no.tgz"), "no archive at all");
        CommandRun run = peer(seed("r1", "tgz", "--path-is-file"), "r1", "tgz");
        assertThat(run.err()).contains("cannot be unpacked: Not in GZIP format");
        assertThat(releases()).isEmptyDirectory();
    }

    /** A PATH where tar is this script. */
    private Map<String, String> fakeTar(String script) throws IOException {
        Path bin = Files.createDirectories(temporary.resolve("bin"));
        Path tar = Files.writeString(bin.resolve("tar"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(tar, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Map.of("PATH", bin + ":" + System.getenv("PATH"));
    }

    /** Only verified bytes are unpacked, also if another process changes the archive in between. */
    @Test
    @Tag("e2e")
    void swappedArchiveIsNotInstalled() throws Exception {
        Path torrent = seed("r1", "tar");
        Map<String, String> env = fakeTar("""
            printf EVIL-RELEASE | dd of='%s' bs=1 seek=400000 conv=notrunc
            exec /bin/tar "$@"
            """.formatted(temp("peer").resolve("r1.tar")));
        CommandRun run = host("peer", env, torrent, "peer", peerOptions("r1", "tar"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("has changed since it was verified");
        assertThat(releases()).isEmptyDirectory();
        CommandRun again = host("peer", Map.of(), torrent, "peer", peerOptions("r1", "tar", "--seed-for=0"));
        assertThat(again.err()).isEmpty();
        assertThat(tree(releases().resolve("r1"))).isEqualTo(tree(source));
    }

    /** In a folder like /tmp, where other users have taken all the names. */
    @Test
    void filesOfOthersDoNoHarm() throws Exception {
        for (String host : List.of("seeder", "peer")) {
            Path temp = Files.createDirectory(temp(host));
            Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));
            Files.createDirectories(temp.resolve("r1.tgz/x"));
            Files.createSymbolicLink(temp.resolve("r1.tgz.part"), Path.of("/etc/passwd"));
            Files.createDirectories(temp.resolve("r1.tgz.torrent/x"));
            Files.createDirectories(temp.resolve(".murder-pack-0-0-1-1/x"));
            Files.createSymbolicLink(temp.resolve("murder-files-" + System.getProperty("user.name")), Path.of("/etc"));
        }
        seed("r1", "tgz");
        Path own = temp("seeder").resolve("murder-files-" + System.getProperty("user.name") + "-1");
        Path torrent = own.resolve("r1.tgz.torrent");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own))).isEqualTo("rwx------");
        assertThat(peer(torrent, "r1", "tgz", "--seed-for=0").err()).isEmpty();
        assertThat(tree(releases().resolve("r1"))).isEqualTo(tree(source));
        Path archive = temp("peer").resolve(own.getFileName()).resolve("r1.tgz");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive))).isEqualTo("rw-------");
        assertThat(host("peer", "clean", "--tag=r1", "--temp=" + temp("peer")).err()).isEmpty();
        assertThat(archive.getParent()).doesNotExist();
    }

    @Test
    void reportsFullDiskAndCleansUp() throws Exception {
        Path torrent = seed("r1", "tgz");
        Map<String, String> env = fakeTar("""
            for last; do :; done
            echo half > "$last/half"
            echo "tar: ./bin/app: Wrote only 4096 of 10240 bytes" >&2
            echo "tar: ./data: Cannot write: No space left on device" >&2
            exit 2
            """);
        CommandRun run = host("peer", env, torrent, "peer", peerOptions("r1", "tgz"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("murder host peer: no space left to unpack " + temp("peer").resolve("r1.tgz")
            + " beside the destination " + releases() + "; free some and run it again\n");
        assertThat(releases()).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("e2e")
    void killedWhileUnpackingLeavesNoRelease(boolean replacing) throws Exception {
        Path torrent = seed("r1", "tgz");
        if (replacing) {
            Files.createDirectories(releases().resolve("r1"));
            Files.writeString(releases().resolve("r1/old"), "old");
        }
        Path fifo = temporary.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        Map<String, String> env = fakeTar("""
            for last; do :; done
            echo half > "$last/half"
            echo $$ > '%s'
            exec sleep 1000
            """.formatted(fifo));
        String[] options = peerOptions("r1", "tgz", replacing ? new String[] {"--unsafe-please-delete"} : new String[0]);
        try (ToolProcess peer = ToolProcess.start(state("peer"), env, torrent, words("peer", options))) {
            ProcessHandle tar;
            try (BufferedReader reader = Files.newBufferedReader(fifo)) {
                tar = ProcessHandle.of(Long.parseLong(reader.readLine())).orElseThrow();
            }
            ToolProcess.onlyProcess(state("peer")).destroyForcibly();
            peer.rest();
            assertThat(peer.awaitEnd()).isEqualTo(1);
            assertThat(peer.errors()).contains("stopped by signal 9");
            tar.destroyForcibly();
            ToolProcess.awaitEnd(tar);
        }
        if (replacing) {
            assertThat(releases().resolve("r1/old")).hasContent("old");
        } else {
            assertThat(releases().resolve("r1")).doesNotExist();
        }
        assertThat(releases().toFile().list()).hasSize(replacing ? 2 : 1);
        CommandRun again = host("peer", Map.of(), torrent, "peer", join(options, "--seed-for=0"));
        assertThat(again.err()).isEmpty();
        assertThat(again.result()).containsEntry("downloaded_bytes", "0");
        assertThat(releases().toFile().list()).containsExactly("r1");
        assertThat(tree(releases().resolve("r1"))).isEqualTo(tree(source));
    }

    @Test
    @Tag("e2e")
    void stoppedWhileUnpackingLeavesNothing() throws Exception {
        Path torrent = seed("r1", "tgz");
        Path fifo = temporary.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        Map<String, String> env = fakeTar("echo $$ > '" + fifo + "'\nexec sleep 1000\n");
        try (ToolProcess peer = ToolProcess.start(state("peer"), env, torrent, words("peer", peerOptions("r1", "tgz")))) {
            try (BufferedReader reader = Files.newBufferedReader(fifo)) {
                assertThat(reader.readLine()).isNotEmpty();
            }
            assertThat(ToolProcess.status(state("peer"))).singleElement()
                .satisfies(status -> assertThat(status).containsEntry("state", "unpacking"));
            CommandRun second = peer(torrent, "r1", "tgz");
            assertThat(second.err()).contains("is being fetched by another peer");
            assertThat(ToolProcess.run(state("peer"), "stop", "peer", "--exact", "r1").out()).startsWith("stopped peer of r1");
            peer.rest();
            assertThat(peer.awaitEnd()).isEqualTo(1);
        }
        assertThat(releases()).isEmptyDirectory();
    }

    @Test
    @Tag("e2e")
    void deployTrackerServesOnlyItsTorrents() throws Exception {
        String one = "1".repeat(40);
        String two = "2".repeat(40);
        CommandRun run = host("closed", "start-tracker", "--port=0", "--bind=127.0.0.1", "--only=" + one);
        assertThat(run.status()).isZero();
        String at = run.result().get("url");
        try {
            String port = run.result().get("port");
            assertThat(announce(at, one)).contains("8:interval");
            assertThat(announce(at, two)).contains("not authorized");
            assertThat(host("closed", "start-tracker", "--port=" + port, "--bind=127.0.0.1", "--only=" + two).result())
                .containsEntry("started", "false");
            while (!announce(at, two).contains("8:interval")) {
                assertThat(announce(at, one)).contains("8:interval");
            }
        } finally {
            ToolProcess.run(state("closed"), "stop", "tracker");
        }
    }

    private static String announce(String url, String hash) throws IOException {
        String escaped = hash.replaceAll("(..)", "%$1");
        try (InputStream in = URI.create(url + "?info_hash=" + escaped + "&peer_id=" + "p".repeat(20) + "&port=1&left=1").toURL()
            .openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void keepsRunningTrackerAndSeeder() throws Exception {
        seed("r1", "tgz");
        String port = tracker.substring(tracker.indexOf(':') + 1);
        CommandRun sameTracker = host("tracker", "start-tracker", "--port=" + port, "--bind=127.0.0.1");
        assertThat(sameTracker.status()).isZero();
        assertThat(sameTracker.result()).containsEntry("started", "false").containsEntry("port", port);
        CommandRun otherTracker = host("tracker", "start-tracker", "--port=" + (port.equals("1") ? 2 : 1), "--bind=127.0.0.1");
        assertThat(otherTracker.err()).contains("a tracker runs already, on port " + port);
        CommandRun sameSeeder = host("seeder", "start-seeding", "--tag=r1", "--temp=" + temp("seeder"));
        assertThat(sameSeeder.status()).isZero();
        assertThat(sameSeeder.result()).containsEntry("started", "false");
        Files.writeString(source.resolve("more"), "more");
        CommandRun other = pack("--tag=r1");
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.err()).contains("r1");
    }

    @Test
    @Tag("e2e")
    void stopEndsExactlyTheRightOne() throws Exception {
        seed("a", "tgz");
        seed("a.tgz", "tgz");
        assertThat(ToolProcess.run(state("seeder"), "stop", "seeder", "--exact", "--", "a").status()).isZero();
        assertThat(ToolProcess.status(state("seeder"))).singleElement()
            .satisfies(status -> assertThat(status).containsEntry("tag", "a.tgz"));
        CommandRun none = ToolProcess.run(state("seeder"), "stop", "seeder", "--exact", "--", "a");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).startsWith("murder stop: no seeder of 'a' runs here");
        assertThat(ToolProcess.run(state("tracker"), "stop", "tracker").status()).isZero();
        assertThat(ToolProcess.status(state("tracker"))).isEmpty();
    }

    @Test
    @Tag("e2e")
    void seederWithoutTrackerReportsFailure() throws Exception {
        assertThat(ToolProcess.run(state("tracker"), "stop", "tracker").status()).isZero();
        assertThat(pack("--tag=r1").status()).isZero();
        CommandRun run;
        try (Socket nobody = new Socket()) {
            // Bound, but not listening: no process of another test gets the tracker's port.
            nobody.setReuseAddress(true);
            nobody.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(tracker.substring(tracker.indexOf(':') + 1))));
            run = host("seeder", "start-seeding", "--tag=r1", "--temp=" + temp("seeder"));
        }
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains("the tracker does not know this seeder", tracker);
        assertThat(run.result()).containsEntry("result", "failed");
        assertThat(ToolProcess.status(state("seeder"))).isEmpty();
        CommandRun peer = host("peer", Map.of(), torrent("r1", "tgz"), "peer", "--tag=r1", "--temp=" + temp("peer"),
            "--dest=" + releases(), "--timeout=300ms");
        assertThat(peer.status()).isEqualTo(3);
        assertThat(peer.err()).contains("not complete after 0.3 s", "last tracker error: ", tracker);
        assertThat(peer.result()).containsEntry("result", "timeout").containsEntry("ok", "false");
        assertThat(releases()).isEmptyDirectory();
    }

    @Test
    void aSeederOfSomethingElseFails() throws Exception {
        seed("r1", "tgz");
        ToolProcess.run(state("seeder"), "stop", "seeder");
        Files.writeString(temp("seeder").resolve("r1.tgz"), "something else");
        CommandRun run = host("seeder", "start-seeding", "--tag=r1", "--temp=" + temp("seeder"));
        assertThat(run.err()).contains("is not what " + torrent("r1", "tgz") + " describes; create_torrent makes a new one");
    }
}
