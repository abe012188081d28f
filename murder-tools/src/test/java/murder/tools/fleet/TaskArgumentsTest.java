package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import murder.tools.cli.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskArgumentsTest {
    private static final FleetConfig.Defaults DEFAULTS = new FleetConfig.Defaults("default", "/files", "/dest", "/tmp", "1", "", "");
    private static final FleetConfig.Defaults NONE = new FleetConfig.Defaults("", "", "", "/tmp", "1", "", "");

    private static TaskArguments of(List<String> words, Map<String, String> env, FleetConfig.Defaults defaults) throws UsageException {
        return TaskArguments.of(TaskArguments.parse(words), env, defaults);
    }

    @Test
    void prefersArgumentsToEnvironmentToDefaults() throws Exception {
        assertThat(of(List.of("tag=given"), Map.of("tag", "env"), DEFAULTS).tag()).isEqualTo("given");
        assertThat(of(List.of(), Map.of("tag", "env"), DEFAULTS).tag()).isEqualTo("env");
        assertThat(of(List.of(), Map.of("tag", ""), DEFAULTS).tag()).isEqualTo("default");
        assertThat(of(List.of("temp_path=/scratch"), Map.of(), DEFAULTS).tempPath()).isEqualTo("/scratch");
    }

    @Test
    void namesTorrentAsTheOriginalDid() throws Exception {
        assertThat(of(List.of("tag=a b"), Map.of(), NONE).release().torrentName()).hasToString("a b.tgz.torrent");
        assertThat(of(List.of("tag=x", "archive=tar", "temp_path=/t"), Map.of(), NONE).release().torrentName())
            .hasToString("x.tar.torrent");
        assertThat(of(List.of("tag=x", "archive=tree"), Map.of(), NONE).release().torrentName()).hasToString("x.torrent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "/", ".", "..", "a\\b", "a\nb", "a\0b", "\uFFFD", "a\u202eb"})
    void refusesTagsThatNameNoDirectory(String tag) {
        assertThatThrownBy(() -> of(List.of("tag=" + tag), Map.of(), DEFAULTS).tag()).isInstanceOf(UsageException.class)
            .hasMessageContaining("tag");
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's $(id) `x` \"y\"", "--json", "-", "a=b", "...", "\u00e9", "a;b|c&d"})
    void takesAnyOtherTag(String tag) throws Exception {
        assertThat(of(List.of("tag=" + tag), Map.of(), DEFAULTS).tag()).isEqualTo(tag);
    }

    @Test
    void switchesAreOnOrOff() throws Exception {
        TaskArguments arguments = of(List.of("path_is_file=1", "no_tag_directory=0", "unsafe_please_delete=maybe"), Map.of(), NONE);
        assertThat(arguments.isSet("path_is_file")).isTrue();
        assertThat(arguments.isSet("no_tag_directory")).isFalse();
        assertThat(arguments.isSet("do_not_download_torrent")).isFalse();
        assertThatThrownBy(() -> arguments.isSet("unsafe_please_delete")).hasMessage("unsafe_please_delete is 1 or 0, not 'maybe'");
    }

    @Test
    void refusesWrongArguments() {
        assertThatThrownBy(() -> TaskArguments.parse(List.of("tga=x"))).hasMessageContaining("'tga' is no argument of a task");
        assertThatThrownBy(() -> TaskArguments.parse(List.of("tag"))).hasMessageContaining("'tag' lacks its value");
        assertThatThrownBy(() -> TaskArguments.parse(List.of("tag=a", "tag=b"))).hasMessage("tag is given twice");
        assertThatThrownBy(() -> of(List.of("tag=x", "archive=zip"), Map.of(), NONE).release()).hasMessageContaining("tgz, tar or tree");
        assertThatThrownBy(() -> of(List.of("timeout=soon"), Map.of(), DEFAULTS).destination()).hasMessageContaining("soon");
        assertThatThrownBy(() -> of(List.of(), Map.of(), NONE).destinationPath()).hasMessageContaining("default_destination_path");
        assertThatThrownBy(() -> of(List.of("files_path=~/x"), Map.of(), NONE).source()).hasMessageContaining("begins with '~'");
    }

    @Test
    void toleranceIsNumberOrShare() throws Exception {
        assertThat(Tolerance.parse("0").allows(1, 100)).isFalse();
        assertThat(Tolerance.parse("3").allows(3, 4)).isTrue();
        assertThat(Tolerance.parse("5%").allows(5, 100)).isTrue();
        assertThat(Tolerance.parse("5%").allows(1, 19)).isFalse();
        assertThat(Tolerance.parse("100%").allows(7, 7)).isTrue();
        for (String wrong : List.of("", "%", "-1", "101%", "x", "1.5")) {
            assertThatThrownBy(() -> Tolerance.parse(wrong)).as(wrong).isInstanceOf(UsageException.class)
                .hasMessageContaining("--tolerate");
        }
    }
}
