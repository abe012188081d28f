package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.UsageException;
import org.junit.jupiter.api.Test;

class AgentOptionsTest {
    private static AgentOptions options(String... more) throws UsageException {
        List<String> words = new ArrayList<>(List.of("--once", "--fleet=f", "--name=h1", "--tracker=h0:8998"));
        words.addAll(List.of(more));
        return AgentOptions.parse(Arguments.parse(AgentCommand.SYNTAX, words));
    }

    @Test
    void identityTellsRootsApart() throws Exception {
        AgentOptions one = options("--root=/srv/one");
        String two = options("--root=/srv/two,/srv/three").identity();
        assertThat(one.identity()).isNotEqualTo(two);
        assertThat(one.isSameButRoots(two)).isTrue();
        assertThat(AgentOptions.roots(two)).isEqualTo(List.of(Path.of("/srv/two"), Path.of("/srv/three")));
        assertThat(one.isSameHost(two)).isTrue();
    }

    @Test
    void otherLimitsAreAnotherAgent() throws Exception {
        AgentOptions one = options("--root=/srv/one");
        assertThat(one.isSameButRoots(options("--root=/srv/two", "--upload-limit=3Mbit").identity())).isFalse();
        assertThat(one.isSameButRoots(options("--root=/srv/two", "--replace").identity())).isFalse();
    }
}
