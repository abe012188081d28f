package murder.tools.fleet;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Ends a download that no host can complete. When every running host reports a hindrance, the fleet
 * asks the seeders' hosts. If no seeder is left, nobody has the missing pieces, so waiting does not
 * help.
 */
final class SeederWatch implements SshRunner.Referee {
    /** A hindrance may pass: peers announce again within seconds. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    private final List<Host> seeders;
    private final Supplier<Seeders> ask;
    private boolean hindered;
    private long nextNs;

    /** @param ask for the state of the seeders; may take as long as an ssh */
    SeederWatch(List<Host> seeders, Supplier<Seeders> ask) {
        this.seeders = seeders;
        this.ask = ask;
    }

    @Override
    public String hopeless(List<HostRun> runs, long nowNs) {
        List<HostRun> running = runs.stream().filter(run -> !run.isOver()).toList();
        if (running.isEmpty() || running.stream().anyMatch(run -> run.trouble().isEmpty())) {
            hindered = false;
            return "";
        }
        if (!hindered) {
            hindered = true;
            nextNs = nowNs + PATIENCE_NS;
        }
        if (nowNs - nextNs < 0) {
            return "";
        }
        nextNs = nowNs + PATIENCE_NS;
        Seeders now = ask.get();
        if (!now.gone().keySet().containsAll(seeders)) {
            return "";
        }
        return "the missing pieces are nowhere: seeder " + now.gone().entrySet().stream().findFirst()
            .map(entry -> entry.getKey() + ": " + entry.getValue()).orElseThrow();
    }
}
