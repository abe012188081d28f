package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildJvmTest {
    private static List<String> options(String more) {
        return options(BackgroundCommand.PEER, more);
    }

    private static List<String> options(BackgroundCommand background, String more) {
        List<String> command = new ArrayList<>();
        ChildJvm.options(command, background, null, more);
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
