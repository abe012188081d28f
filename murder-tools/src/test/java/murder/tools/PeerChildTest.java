package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerChildTest {
    private static List<String> jvmOptions(String more) {
        List<String> options = new ArrayList<>();
        PeerChild.jvmOptions(options, "", more);
        return options;
    }

    /** A JVM passes over a command for a method that it does not have. */
    @Test
    void theMethodThatIsCompiledEarlyIsOneOfThisJdk() throws Exception {
        String prefix = "-XX:CompileCommand=CompileThresholdScaling,";
        String option = jvmOptions(null).stream().filter(each -> each.startsWith(prefix)).findFirst().orElseThrow();
        String[] method = option.substring(prefix.length()).split("::|\\*,");
        assertThat(Arrays.stream(Class.forName(method[0]).getDeclaredMethods()).map(Method::getName)).contains(method[1] + "0");
    }

    /** The JVM tells about each command on standard output, which is for what the user is to read. */
    @Test
    void compilerCommandsAreQuiet() {
        assertThat(jvmOptions(null).stream().filter(each -> each.startsWith("-XX:CompileCommand"))).first()
            .isEqualTo("-XX:CompileCommand=quiet");
    }

    @Test
    void whatTheUserSetsComesLastAndWins() {
        assertThat(jvmOptions("-Xmx1g  -Dmurder=1")).endsWith("-Xmx1g", "-Dmurder=1");
    }
}
