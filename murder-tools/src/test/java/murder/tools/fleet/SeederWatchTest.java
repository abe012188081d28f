package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import org.junit.jupiter.api.Test;

class SeederWatchTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final Host SEEDER = new Host("", "h1", 0);

    private final List<HostRun> runs = new ArrayList<>();
    private Seeders seeders = new Seeders(-1, Map.of(SEEDER, "no seeder runs there"));
    private int asked;
    private final SeederWatch watch = new SeederWatch(List.of(SEEDER), () -> {
        asked++;
        return seeders;
    });

    private HostRun host(String name) {
        HostRun run = new HostRun(new Job(new Host("", name, 0), List.of(), null, false));
        run.onStart(0);
        runs.add(run);
        return run;
    }

    private static void says(HostRun run, String trouble) {
        run.onReport(HostReport.progress("downloading").with(Member.TROUBLE, trouble), 0);
    }

    @Test
    void endsWhenAllStallWithoutSeeder() {
        says(host("h2"), "no peer");
        says(host("h3"), "no peer");
        assertThat(watch.hopeless(runs, 0)).isEmpty();
        assertThat(watch.hopeless(runs, 10 * SECOND_NS - 1)).isEmpty();
        assertThat(asked).isZero();
        assertThat(watch.hopeless(runs, 10 * SECOND_NS)).isEqualTo("the missing pieces are nowhere: seeder h1: no seeder runs there");
    }

    @Test
    void waitsWhileOneHostMoves() {
        HostRun other = host("h2");
        says(host("h3"), "no peer");
        assertThat(watch.hopeless(runs, 0)).isEmpty();
        assertThat(watch.hopeless(runs, 60 * SECOND_NS)).isEmpty();
        says(other, "no peer");
        assertThat(watch.hopeless(runs, 61 * SECOND_NS)).isEmpty();
        assertThat(asked).isZero();
        other.onExit(0, 62 * SECOND_NS);
        assertThat(watch.hopeless(runs, 71 * SECOND_NS)).isNotEmpty();
    }

    @Test
    void waitsWhileSeederRuns() {
        seeders = new Seeders(5, Map.of());
        says(host("h2"), "the tracker cannot be used");
        watch.hopeless(runs, 0);
        assertThat(watch.hopeless(runs, 10 * SECOND_NS)).isEmpty();
        assertThat(watch.hopeless(runs, 19 * SECOND_NS)).isEmpty();
        assertThat(asked).isEqualTo(1);
        assertThat(watch.hopeless(runs, 20 * SECOND_NS)).isEmpty();
        assertThat(asked).isEqualTo(2);
    }
}
