package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildJvmTest {
    private static List<String> options(String more) {
        return options(BackgroundCommand.PEER, more);
    }

    private static List<String> options(BackgroundCommand background, String more) {
        List<String> command = new ArrayList<>();
        ChildJvm.options(command, background, 0, null, more);
        return command;
    }

    /** A JVM passes over a command for a method that it does not have. */
    @Test
    void findsTheEarlyCompiledMethods() throws Exception {
        String prefix = "-XX:CompileCommand=CompileThresholdScaling,";
        List<String> found = options(null).stream().filter(each -> each.startsWith(prefix)).toList();
        assertThat(found).hasSize(2);
        for (String option : found) {
            String[] method = option.substring(prefix.length()).split("::|,");
            String name = method[1].replace("*", "0");
            assertThat(Arrays.stream(Class.forName(method[0]).getDeclaredMethods()).map(Method::getName)).as(option).contains(name);
        }
    }

    /**
     * The JVM tells about each command on standard output, which is for what the user is to read.
     */
    @Test
    void compilerCommandsAreQuiet() {
        assertThat(options(null).stream().filter(each -> each.startsWith("-XX:CompileCommand"))).first()
            .isEqualTo("-XX:CompileCommand=quiet");
    }

    /** 150,000 files with long names, which died of their names. */
    @Test
    void largeTorrentsGetMoreHeap() {
        assertThat(options(null)).contains("-Xmx256m");
        List<String> command = new ArrayList<>();
        ChildJvm.options(command, BackgroundCommand.PEER, 21 << 20, null, null);
        assertThat(command).contains("-Xmx676m").doesNotContain("-Xmx256m");
    }

    @Test
    void lengthOfTorrentIsFound(@TempDir Path folder) throws Exception {
        Path torrent = Files.write(folder.resolve("x.torrent"), new byte[5000]);
        assertThat(torrentBytes(BackgroundCommand.PEER, "peer", torrent.toString(), folder.toString())).isEqualTo(5000);
        assertThat(torrentBytes(BackgroundCommand.PEER, "peer", "missing.torrent", folder.toString())).isZero();
    }

    /** Data of peers or of a URL has its greatest permitted length. */
    @Test
    void lengthOfComingTorrentIsAssumed() throws Exception {
        assertThat(torrentBytes(BackgroundCommand.PEER, "peer", "magnet:?xt=x", "folder")).isEqualTo(16 << 20);
        assertThat(torrentBytes(BackgroundCommand.PEER, "peer", "http://h:8998/torrents/x.torrent", "folder"))
            .isEqualTo(TorrentSource.MAX_DOWNLOAD);
    }

    /**
     * As for a tree of very many files, whose torrent lies in the temporary folder or in ours
     * inside it.
     */
    @Test
    void lengthOfSeededTorrentIsFound(@TempDir Path folder) throws Exception {
        Files.write(folder.resolve("v1.torrent"), new byte[5000]);
        String[] command = {"host", "start-seeding", "--tag=v1", "--archive=tree", "--temp=" + folder, "--files=" + folder};
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        assertThat(torrentBytes(BackgroundCommand.START_SEEDING, command)).isEqualTo(5000);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path own = Files.createDirectory(folder.resolve("murder-files-" + System.getProperty("user.name")),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.write(own.resolve("v1.torrent"), new byte[6000]);
        assertThat(torrentBytes(BackgroundCommand.START_SEEDING, command)).isEqualTo(6000);
        assertThat(torrentBytes(BackgroundCommand.START_SEEDING, "host", "start-seeding", "--tag=a/b")).isZero();
    }

    private static long torrentBytes(BackgroundCommand background, String... args) throws Exception {
        return BackgroundLauncher.torrentBytes(background, args);
    }

    @Test
    void putsTheUsersOptionsLast() {
        assertThat(options("-Xmx1g  -Dmurder=1")).endsWith("-Xmx1g", "-Dmurder=1");
    }

    @Test
    void onlyTrackersSkipSecondCompiler() {
        String option = "-XX:TieredStopAtLevel=1";
        assertThat(options(BackgroundCommand.START_TRACKER, null)).contains(option);
        for (BackgroundCommand other : List.of(BackgroundCommand.PEER, BackgroundCommand.HOST_PEER, BackgroundCommand.START_SEEDING)) {
            assertThat(options(other, null)).doesNotContain(option);
        }
    }
}
