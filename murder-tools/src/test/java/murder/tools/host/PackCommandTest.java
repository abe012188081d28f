package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.tools.CommandRun;
import murder.tools.cli.ProcessIdentity;
import murder.tools.cli.ProcessStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackCommandTest {
    @TempDir
    private Path temporary;

    private Path source;
    private Path temp;

    @BeforeEach
    void makeSource() throws IOException {
        source = temporary.resolve("source");
        temp = temporary.resolve("temp");
        fill(source);
    }

    private static void fill(Path tree) throws IOException {
        Files.createDirectories(tree.resolve("bin"));
        Files.createDirectories(tree.resolve("empty"));
        Files.createDirectories(tree.resolve(".git/objects"));
        Files.writeString(tree.resolve(".git/config"), "secret");
        Files.writeString(tree.resolve("bin/.gitignore"), "*.o");
        Files.writeString(tree.resolve("bin/run"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(tree.resolve("bin/run"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.writeString(tree.resolve("data"), "data\n".repeat(50_000));
        Files.createSymbolicLink(tree.resolve("bin/data"), Path.of("../data"));
    }

    private CommandRun pack(Path files, String tag, String... more) {
        List<String> words = new ArrayList<>(List.of("host", "pack", "--tag=" + tag, "--files=" + files, "--temp=" + temp,
            "--tracker=tracker:8998", "--json"));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tgz", "tar"})
    void sameTreeGivesSameBytes(String archive) throws Exception {
        Map<String, String> first = pack(source, "r1", "--archive=" + archive).result();
        assertThat(first).containsEntry("result", "packed").containsEntry("ok", "true").containsEntry("files", "1")
            .containsEntry("archive", temp.resolve("r1." + archive).toString());
        byte[] bytes = Files.readAllBytes(temp.resolve("r1." + archive));
        assertThat(first).containsEntry("bytes", Integer.toString(bytes.length));
        Files.setLastModifiedTime(source.resolve("data"), FileTime.fromMillis(1000));
        Path copy = temporary.resolve("copy");
        fill(copy);
        Map<String, String> second = pack(copy, "r1", "--archive=" + archive).result();
        assertThat(Files.readAllBytes(temp.resolve("r1." + archive))).isEqualTo(bytes);
        assertThat(second.get("info_hash")).isEqualTo(first.get("info_hash"));
        Files.setPosixFilePermissions(copy.resolve("data"), PosixFilePermissions.fromString("rw-------"));
        assertThat(pack(copy, "r1", "--archive=" + archive).result().get("info_hash")).isNotEqualTo(first.get("info_hash"));
    }

    @Test
    void leavesGitFilesOut() throws Exception {
        assertThat(pack(source, "r1", "--archive=tar").status()).isZero();
        assertThat(Files.readString(temp.resolve("r1.tar"))).contains("./bin/run", "./empty/").doesNotContain(".git");
        assertThat(pack(source, "r1", "--archive=tree").status()).isZero();
        Metainfo tree = Metainfo.read(temp.resolve("r1.torrent"));
        assertThat(tree.files()).extracting(file -> String.join("/", file.path())).containsExactly("bin/data", "bin/run", "data");
    }

    @Test
    void torrentNamesTrackerAndTag() throws Exception {
        pack(source, "it's $(x)");
        Metainfo torrent = Metainfo.read(temp.resolve("it's $(x).tgz.torrent"));
        assertThat(torrent.name()).isEqualTo("it's $(x).tgz");
        assertThat(torrent.trackers()).containsExactly(List.of("http://tracker:8998/announce"));
        assertThat(torrent.creationDate()).isPresent();
        pack(source, "it's $(x)", "--archive=tree");
        assertThat(Metainfo.read(temp.resolve("it's $(x).torrent")).name()).isEqualTo("it's $(x)");
    }

    @Test
    void aFileTravelsAsItIs() throws Exception {
        Map<String, String> result = pack(source.resolve("data"), "r1", "--path-is-file").result();
        assertThat(result).containsEntry("bytes", "250000");
        assertThat(temp.resolve("r1.tgz")).hasSameBinaryContentAs(source.resolve("data"));
        pack(source.resolve("data"), "r1", "--path-is-file", "--archive=tree");
        assertThat(Metainfo.read(temp.resolve("r1.torrent")).name()).isEqualTo("data");
    }

    @Test
    void refusesTreeThatPeersWouldRefuse() throws IOException {
        Files.createSymbolicLink(source.resolve("log"), Path.of("/var/log"));
        CommandRun run = pack(source, "r1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("murder host pack: " + source
            + " cannot be deployed: member './log' is a symbolic link to '/var/log', which leads out of the archive; make it");
        assertThat(run.result()).containsEntry("ok", "false").containsEntry("result", "failed");
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void reportsWrongSources() throws IOException {
        assertThat(pack(temporary.resolve("none"), "r1").err()).contains("files_path " + temporary.resolve("none") + " is not there");
        assertThat(pack(source.resolve("data"), "r1").err()).contains("is no directory; path_is_file=1 sends a single file");
        assertThat(pack(source, "r1", "--path-is-file").err()).contains("is no file; leave out path_is_file");
        Files.createDirectories(temp);
        assertThat(pack(temporary, "r1").err()).contains("is inside files_path");
        assertThat(pack(source, "a/b").status()).isEqualTo(2);
        assertThat(pack(source, "a/b").err()).startsWith("murder host pack: tag 'a/b' has a slash in it\n");
    }

    @Test
    void removesLeftoversOfKilledRuns() throws IOException {
        Files.createDirectories(temp);
        Scratch mine = Scratch.mine(Scratch.Kind.PACK, "x");
        Scratch gone = new Scratch(mine.kind(), mine.key(), mine.host(), new ProcessIdentity(1L << 30, "1"));
        Path left = Files.writeString(temp.resolve(gone.name()), "half");
        Path running = Files.writeString(temp.resolve(mine.name()), "half");
        pack(source, "r1");
        assertThat(left).doesNotExist();
        assertThat(running).exists();
    }

    @Test
    void replacesLinkInsteadOfFollowingIt() throws IOException {
        Files.createDirectories(temp);
        Path victim = Files.writeString(temporary.resolve("victim"), "precious");
        Files.createSymbolicLink(temp.resolve("r1.tgz"), victim);
        Files.createSymbolicLink(temp.resolve("r1.tgz.torrent"), victim);
        assertThat(pack(source, "r1").status()).isZero();
        assertThat(victim).hasContent("precious");
        assertThat(Files.isSymbolicLink(temp.resolve("r1.tgz"))).isFalse();
    }

    @Test
    void cleaningRemovesFilesOfTag() throws IOException {
        pack(source, "r1");
        pack(source, "r1", "--archive=tar");
        pack(source, "r2");
        Files.writeString(temp.resolve("r1.tgz.part"), "half");
        CommandRun run = CommandRun.withState(temporary.resolve("state"), "host", "clean", "--tag=r1", "--temp=" + temp, "--json");
        assertThat(run.result()).containsEntry("ok", "true").containsEntry("removed", "5").containsEntry("running", "0");
        assertThat(temp.toFile().list()).containsExactlyInAnyOrder("r2.tgz", "r2.tgz.torrent");
    }

    private int packBesideSeeder(Path folder, String infoHash) throws IOException {
        Path state = Files.createDirectories(temporary.resolve("state"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        ProcessStatus seeder = ProcessStatus.starting("seeder", "r1", folder.resolve("r1.tgz.torrent").toString(),
            folder.resolve("r1.tgz").toString()).of(InfoHash.parse(infoHash));
        Files.writeString(state.resolve("seeder-" + seeder.pid() + ".process.json"), seeder.report() + "\n");
        return CommandRun.withState(state, "host", "pack", "--tag=r1", "--files=" + source, "--temp=" + temp, "--tracker=tracker:8998")
            .status();
    }

    @Test
    void onlySeederOfSameFolderBlocks() throws Exception {
        String first = pack(source, "r1").result().get("info_hash");
        assertThat(packBesideSeeder(temp, first)).isZero();
        Files.delete(temp.resolve("r1.tgz.torrent"));
        assertThat(packBesideSeeder(temp, first)).isZero();
        assertThat(Metainfo.read(temp.resolve("r1.tgz.torrent")).infoHash()).hasToString(first);
        Files.writeString(source.resolve("more"), "x");
        assertThat(packBesideSeeder(temp, first)).isEqualTo(1);
        assertThat(packBesideSeeder(temporary.resolve("other"), first)).isZero();
    }

    /** As busybox, bsdtar and old GNU tar have it: no way to sort. */
    @ParameterizedTest
    @ValueSource(strings = {"tgz", "tar"})
    void packsWithoutSystemTar(String archive) throws Exception {
        Files.createLink(source.resolve("bin/same"), source.resolve("data"));
        Files.writeString(source.resolve("n".repeat(200)), "long");
        Files.createSymbolicLink(source.resolve("l"), Path.of("t".repeat(150)));
        Files.createDirectories(source.resolve("bin-x"));
        Files.writeString(source.resolve("gr\u00fcn"), "green");
        pack(source, "r1", "--archive=tar");
        byte[] made = Files.readAllBytes(temp.resolve("r1.tar"));
        ByteArrayOutputStream own = new ByteArrayOutputStream();
        new TarSieve(new TarReader(new TreeTar(source, Packing.EXCLUDED)), own, -1, SymbolicLinks.of(source, false)).run();
        assertThat(own.toByteArray()).isEqualTo(made);
    }

    @Test
    void keepsAbsoluteLinksWhenAsked() throws Exception {
        Files.createSymbolicLink(source.resolve("python"), Path.of("/usr/bin/python3"));
        CommandRun refused = pack(source, "r1", "--archive=tar");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("member './python'", "links=keep");
        assertThat(pack(source, "r1", "--archive=tar", "--links=keep").status()).isZero();
        assertThat(pack(source, "r1", "--links=all").status()).isEqualTo(2);
    }

    @Test
    void warnsOfLostProperties() throws Exception {
        Files.setAttribute(source.resolve("bin/run"), "unix:mode", 04755);
        Path scratch = Files.createDirectory(source.resolve("scratch"));
        Files.setAttribute(scratch, "unix:mode", 01777);
        assertThat(pack(source, "r1").result().get("warning"))
            .isEqualTo("1 of the files lose their setuid or setgid bit on the way, such as bin/run");
        assertThat(pack(source, "r1", "--archive=tree").result().get("warning")).contains("bin/run")
            .contains("sticky bit on the way, such as scratch");
        Files.setAttribute(source.resolve("bin/run"), "unix:mode", 0755);
        assertThat(pack(source, "r1").result()).doesNotContainKey("warning");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tgz", "tree"})
    void refusesNamesThatCommandTerminals(String archive) throws Exception {
        Files.writeString(source.resolve("a\u001b[2Jb"), "x");
        CommandRun run = pack(source, "r1", "--archive=" + archive);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("control character");
        Files.move(source.resolve("a\u001b[2Jb"), source.resolve("a\u202egpj.exe"));
        assertThat(pack(source, "r1", "--archive=" + archive).err()).contains("text direction");
    }
}
