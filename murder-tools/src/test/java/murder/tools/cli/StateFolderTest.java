package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import murder.metainfo.InfoHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
    private static final InfoHash HASH = InfoHash.parse("0123456789abcdef0123456789abcdef01234567");

    @TempDir
    private Path temporary;

    private StateFolder open(Path folder) throws CommandException, IOException {
        return StateFolder.open(Map.of("MURDER_STATE", folder.toString()));
    }

    @Test
    void findsItsProcessId() {
        assertThat(StateFolder.ownPid()).isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void makesFolderForOwnerOnly() throws Exception {
        Path folder = temporary.resolve("a").resolve("b");
        assertThat(open(folder).path()).isEqualTo(folder);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).isEqualTo("rwx------");
        assertThat(open(folder).path()).isEqualTo(folder);
        assertThat(folder).isEmptyDirectory();
    }

    /** A file that a crash or another program damaged, whether it is text or not. */
    @Test
    void damagedFilesHideNoProcess() throws Exception {
        StateFolder state = open(temporary.resolve("state"));
        ProcessStatus running = ProcessStatus.starting("seeder", "build", "", "");
        Files.writeString(state.processFile("seeder", 1), running.report().toString());
        Files.write(state.processFile("peer", 2), new byte[] {'{', (byte) 0xff, '}'});
        Files.writeString(state.processFile("peer", 3), running.report().toString().replace("\"percent\":0", "\"percent\":\"NaN\""));
        assertThat(state.processes()).containsExactly(running);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private Path folder(String name, String mode) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve(name));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
        return folder;
    }

    @Test
    void keepsModeOfExistingFolder() throws Exception {
        Path readable = folder("readable", "rwxr-xr-x");
        open(readable);
        assertThat(mode(readable)).isEqualTo("rwxr-xr-x");
        Path shared = folder("shared", "rwxrwxrwx");
        assertThatThrownBy(() -> open(shared)).isInstanceOf(CommandException.class).hasMessageContaining("may be written to by others")
            .hasMessageContaining("MURDER_STATE");
        assertThat(mode(shared)).isEqualTo("rwxrwxrwx");
    }

    private Path defaultFolder(String runtime, String home) throws Exception {
        Path open = Files.exists(temporary.resolve("tmp")) ? temporary.resolve("tmp") : folder("tmp", "rwxrwxrwx");
        return StateFolder.open(Map.of("XDG_RUNTIME_DIR", runtime, "HOME", home), open).path();
    }

    @Test
    void prefersRuntimeFolderThenHome() throws Exception {
        Path runtime = folder("run", "rwx------");
        Path home = folder("home", "rwxr-xr-x");
        String user = System.getProperty("user.name");
        assertThat(defaultFolder(runtime.toString(), home.toString())).isEqualTo(runtime.resolve("murder"));
        assertThat(defaultFolder("", home.toString())).isEqualTo(home.resolve(".local/state/murder"));
        assertThat(mode(home.resolve(".local/state/murder"))).isEqualTo("rwx------");
        assertThat(defaultFolder("run", "/nowhere")).isEqualTo(temporary.resolve("tmp/murder-" + user));
        assertThat(defaultFolder("/run/user/4711", "")).isEqualTo(temporary.resolve("tmp/murder-" + user));
    }

    /** As if another user had taken the name: neither is used, and the command continues. */
    @Test
    void skipsNamesTakenByOthers() throws Exception {
        Path open = folder("tmp", "rwxrwxrwx");
        Path name = open.resolve("murder-" + System.getProperty("user.name"));
        Files.createSymbolicLink(name, temporary);
        Files.createFile(Path.of(name + "-1"));
        Files.createDirectory(Path.of(name + "-2"));
        Files.setPosixFilePermissions(Path.of(name + "-2"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(defaultFolder("", "")).isEqualTo(Path.of(name + "-3"));
        assertThat(defaultFolder("", "")).isEqualTo(Path.of(name + "-3"));
    }

    /** A process that cron started, without the variables of a login, is found from one. */
    @Test
    void findsProcessesOfOlderFolders() throws Exception {
        Path open = folder("tmp", "rwxrwxrwx");
        Path home = folder("home", "rwxr-xr-x");
        ProcessStatus self = ProcessStatus.starting("peer", "build.tgz", "", "");
        try (Lifetime lifetime = new Lifetime()) {
            ProcessFile.create(StateFolder.open(Map.of("HOME", ""), open), self, lifetime);
            assertThat(StateFolder.open(Map.of("HOME", home.toString()), open).processes()).containsExactly(self);
        }
    }

    @Test
    void refusesALinkAndAFile() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), Files.createDirectory(temporary.resolve("target")));
        assertThatThrownBy(() -> open(link)).isInstanceOf(CommandException.class).hasMessageContaining("a symbolic link")
            .hasMessageContaining("MURDER_STATE");
        Path file = Files.createFile(temporary.resolve("file"));
        assertThatThrownBy(() -> open(file)).isInstanceOf(CommandException.class).hasMessageContaining("is not a directory");
    }

    @Test
    void forgetsEndedProcesses() throws Exception {
        StateFolder folder = open(temporary.resolve("state"));
        ProcessStatus self = ProcessStatus.starting("peer", "build.tgz", "/t/build.torrent", "/data/\u00fc \"x\"")
            .listening("10.0.0.1", 6881).doing("downloading", 45.3, 1, 2, 3, "tracker: no\nanswer");
        try (Lifetime lifetime = new Lifetime()) {
            ProcessFile file = ProcessFile.create(folder, self, lifetime);
            // The same pid, begun at another time: a process that is long gone.
            ProcessStatus gone = new ProcessStatus("seeder", "old", new ProcessIdentity(self.pid(), "1.00000000"), 0, "", "", "*", 0,
                "seeding", 100, 0, 0, 0, "", "", 0, "", "", 0);
            ProcessFile.create(folder, gone, lifetime);
            Files.writeString(folder.path().resolve("tracker-1.process.json"), "{\"role\":");
            assertThat(folder.processes()).containsExactly(self);
            try (var files = Files.list(folder.path())) {
                assertThat(files).containsExactly(folder.processFile("peer", self.pid()));
            }
            file.close();
            file.write(self);
            assertThat(folder.processes()).isEmpty();
            assertThat(folder.path()).isEmptyDirectory();
        }
    }

    @Test
    void resumeDataNeedsTorrentAndPlace() throws Exception {
        StateFolder folder = open(temporary.resolve("state"));
        assertThat(folder.resumeFile(HASH, Path.of("/a/b"))).isEqualTo(folder.resumeFile(HASH, Path.of("/a/./b")))
            .isNotEqualTo(folder.resumeFile(HASH, Path.of("/a/c")))
            .isNotEqualTo(folder.resumeFile(InfoHash.parse("f".repeat(40)), Path.of("/a/b")));
    }

    @Test
    void removesFilesUntouchedForTwoWeeks() throws Exception {
        StateFolder folder = open(temporary.resolve("state"));
        Path old = Files.createFile(folder.logFile("peer", 1));
        Path recent = Files.createFile(folder.logFile("peer", 2));
        Path other = Files.createFile(folder.path().resolve("notes.txt"));
        long now = System.currentTimeMillis();
        Files.setLastModifiedTime(old, FileTime.fromMillis(now - 15L * 24 * 3600 * 1000));
        Files.setLastModifiedTime(other, FileTime.fromMillis(0));
        folder.prune(now);
        assertThat(old).doesNotExist();
        assertThat(recent).exists();
        assertThat(other).exists();
    }

    @Test
    void tagMatchesArchiveWithoutEnding() {
        ProcessStatus status = ProcessStatus.starting("peer", "v1.2.tgz", "", "");
        assertThat(status.isTagged("v1.2")).isTrue();
        assertThat(status.isTagged("v1.2.tgz")).isTrue();
        assertThat(status.isTagged("v1")).isFalse();
    }
}
