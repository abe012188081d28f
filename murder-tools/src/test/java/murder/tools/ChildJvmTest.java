package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void findsTheEarlyCompiledMethod() throws Exception {
        String prefix = "-XX:CompileCommand=CompileThresholdScaling,";
        String option = options(null).stream().filter(each -> each.startsWith(prefix)).findFirst().orElseThrow();
        String[] method = option.substring(prefix.length()).split("::|\\*,");
        assertThat(Arrays.stream(Class.forName(method[0]).getDeclaredMethods()).map(Method::getName)).contains(method[1] + "0");
    }

    /** The JVM tells about each command on standard output, which is for what the user is to read. */
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
        assertThat(BackgroundLauncher.torrentBytes(new String[] {"peer", torrent.toString(), folder.toString()})).isEqualTo(5000);
        assertThat(BackgroundLauncher.torrentBytes(new String[] {"peer", "magnet:?xt=x", "missing.torrent"})).isZero();
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
