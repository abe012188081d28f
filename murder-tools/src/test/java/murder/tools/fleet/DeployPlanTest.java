package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import murder.order.Archive;
import murder.order.Layout;
import murder.tools.cli.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeployPlanTest {
    private static DeployPlan plan(String... more) throws UsageException {
        return planWithLink("", more);
    }

    /** @param link of the configuration */
    private static DeployPlan planWithLink(String link, String... more) throws UsageException {
        List<String> words = new ArrayList<>(List.of("files_path=/srv/v1"));
        words.addAll(List.of(more));
        return DeployPlan.of(Task.DEPLOY, TaskArguments.of(TaskArguments.parse(words), Map.of(),
            new FleetConfig.Defaults("v1", "", "/releases", "/tmp", "1", link, "")));
    }

    @Test
    void holdsParsedValues() throws Exception {
        assertThat(plan("archive=tree", "path_is_file=1", "seed_for=1m")).isEqualTo(new DeployPlan("v1", Archive.TREE,
            new Source("/srv/v1", true, false), "/releases", Layout.FILE, null, 0, false, false, "1m", "/tmp", 0, "", "", true));
    }

    @Test
    void namesPlacesAsOrdersDo() throws Exception {
        DeployPlan plan = plan("destination_path=releases//./app/", "current_link=current", "timeout=2s");
        assertThat(plan.destination()).isEqualTo("/~/releases/app");
        assertThat(plan.currentLink()).isEqualTo("/~/releases/app/current");
        assertThat(plan.timeoutNs()).isEqualTo(2_000_000_000L);
        assertThat(plan("current_link=/srv/app").currentLink()).isEqualTo("/srv/app");
    }

    @Test
    void onlyAnEmptyArgumentDropsTheLink() throws Exception {
        assertThat(plan().currentLink()).isNull();
        assertThat(planWithLink("current").currentLink()).isEqualTo("/releases/current");
        assertThat(planWithLink("current", "current_link=live").currentLink()).isEqualTo("/releases/live");
        assertThat(planWithLink("current", "current_link=").currentLink()).isEmpty();
    }

    @Test
    void deltaIsOnByDefault() throws Exception {
        assertThat(plan().delta()).isTrue();
        assertThat(plan("delta=0").delta()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"tag=a/b, holds a", "archive=zip, tgz", "path_is_file=maybe, path_is_file", "timeout=soon, soon",
        "destination_path=~/x, destination_path", "unsafe_please_delete=2, unsafe_please_delete", "temp_path=-x, temp_path",
        "do_not_download_torrent=1, do_not_download_torrent", "destination_path=a/../b, '..'", "waves=0, wave", "keep=none, number",
        "delta=2, delta is 1 or 0"})
    void refusesEveryWrongArgument(String argument, String named) {
        assertThatThrownBy(() -> plan(argument)).isInstanceOf(UsageException.class).hasMessageContaining(named);
    }
}
