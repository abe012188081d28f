package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeployPayloadTest {
    private static final Syntax SYNTAX = new Syntax("test", "", "", List.of(), 0, DeployPayload.OPTIONS, List.of());

    private static DeployPayload parse(String... words) throws UsageException {
        return DeployPayload.parse(Arguments.parse(SYNTAX, List.of(words)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"r1", "2024-06-01", "it's", "a \"b\"", "$(touch x)", "`id`", "a b  c", "-x", "--json", "*", "a;b", "~", ".x"})
    void anyNameIsATag(String tag) throws UsageException {
        assertThat(parse("--tag=" + tag, "--temp=/tmp").tag()).isEqualTo(tag);
        assertThat(parse("--tag=" + tag, "--temp=/tmp").file()).isEqualTo(Path.of("/tmp", tag + ".tgz"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"a/b | has a slash", "a\\b | has a backslash", "/ | has a slash", ". | is no name",
        ".. | is no name", ".murder-new-a-b-1-2 | is no name", "'a\nb' | has control characters",
        "'a\u0001b' | has control characters"})
    void someAreNot(String tag, String why) {
        assertThatThrownBy(() -> parse("--tag=" + tag, "--temp=/tmp")).isInstanceOf(UsageException.class).hasMessageContaining(why);
    }

    @Test
    void refusesMissingAndLongTags() throws UsageException {
        assertThatThrownBy(() -> parse("--tag=", "--temp=/tmp")).hasMessageContaining("a tag is needed");
        assertThatThrownBy(() -> parse("--temp=/tmp")).hasMessageContaining("a tag is needed");
        assertThat(parse("--tag=" + "t".repeat(243), "--temp=/tmp").tag()).hasSize(243);
        assertThatThrownBy(() -> parse("--tag=" + "t".repeat(244), "--temp=/tmp")).hasMessageContaining("longer than 243 bytes");
        assertThatThrownBy(() -> parse("--tag=r1")).hasMessageContaining("--temp is missing");
        assertThatThrownBy(() -> parse("--tag=r\ufffd1", "--temp=/tmp")).hasMessageContaining("LC_ALL=C.UTF-8");
    }

    @Test
    void namesFilesLikeTheOriginal() throws UsageException {
        assertThat(parse("--tag=r1", "--temp=/tmp").torrent()).isEqualTo(Path.of("/tmp/r1.tgz.torrent"));
        assertThat(parse("--tag=r1", "--temp=/tmp", "--archive=tar").file()).isEqualTo(Path.of("/tmp/r1.tar"));
        assertThat(parse("--tag=r1", "--temp=/tmp", "--archive=tree").torrent()).isEqualTo(Path.of("/tmp/r1.torrent"));
        assertThatThrownBy(() -> parse("--tag=r1", "--temp=/tmp", "--archive=zip")).hasMessageContaining("tgz, tar or tree");
    }
}
