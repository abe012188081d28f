package murder.tools.fleetit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import murder.fuzz.CommitSeed;
import murder.tools.e2e.Program;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * SIGKILL for an agent, the seeder and tracker, a whole host or the control machine at drawn
 * moments of a deploy. Every destination has one
 * of the two releases, and the next deploy brings all hosts to the same. By hand with more kills:
 * {@code -Dmurder.kills=200}. The seed is
 * printed; {@code -Dmurder.seed.base} plays the same moments again.
 */
@Tag("e2e")
@Timeout(value = 6, unit = TimeUnit.HOURS)
class FleetKillsIT {
    private static final int KILLS = Integer.getInteger("murder.kills", 8);
    /** What can be killed. */
    private enum Victim { AGENT, SEEDER, HOST, CONTROL }

    private static FleetBed bed;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        bed = new FleetBed("h1", "h2", "h3", "h4").startAll();
        bed.configure("role.peer = h1, h2, h3, h4", "default_destination_path = /srv/releases", "connect_timeout = 5s");
        for (String tag : List.of("a", "b")) {
            Path source = ReleaseTree.tree(bed.host("h1").path("/srv/" + tag));
            Files.writeString(source.resolve("bin/run.sh"), "#!/bin/sh\necho " + tag + "\n");
            Files.writeString(source.resolve("which"), tag);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        bed.close();
    }

    private static Program deploy(int release) throws IOException {
        return bed.fleet("deploy", "tag=" + release, "files_path=" + source(release), "current_link=current", "keep=2");
    }

    /** Two sources take turns. */
    private static String source(int release) {
        return release % 2 == 0 ? "/srv/a" : "/srv/b";
    }

    /** The release that is current there, which must be one of the two as a whole. */
    private static int current(FleetHost host, String what) throws IOException {
        int release = Integer.parseInt(Files.readSymbolicLink(host.path("/srv/releases/current")).toString());
        Map<String, String> listing = ReleaseTree.listing(host.path("/srv/releases/" + release));
        assertThat(listing).as("%s on %s after %s", release, host, what)
            .isEqualTo(ReleaseTree.listing(bed.host("h1").path(source(release))));
        return release;
    }

    @Test
    void destinationsHoldOneReleaseAfterKills() throws Exception {
        long seed = CommitSeed.base();
        System.out.println("-Dmurder.kills=" + KILLS + " -Dmurder.seed.base=" + seed);
        Random random = new Random(seed);
        deploy(0).awaitSuccess();
        long startNs = System.nanoTime();
        deploy(1).awaitSuccess();
        int longestMs = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
        for (int i = 0; i < KILLS; i++) {
            int release = i + 2;
            Victim victim = Victim.values()[random.nextInt(Victim.values().length)];
            int afterMs = random.nextInt(longestMs);
            String what = "kill " + i + ": " + victim + " after " + afterMs + " ms, -Dmurder.seed.base=" + seed;
            Program deploy = deploy(release);
            ProcessHandle handle = ProcessHandle.of(deploy.pid()).orElseThrow();
            if (!ended(handle, afterMs)) {
                kill(victim, deploy, random);
            }
            if (victim != Victim.CONTROL && handle.isAlive()) {
                bed.signal(deploy, "INT");
            }
            deploy.awaitExit();
            for (FleetHost host : bed.hosts()) {
                assertThat(current(host, what)).as(what).isBetween(release - 1, release);
            }
            bed.startAll();
            Program again = deploy(release);
            assertThat(again.awaitExit()).as(what + "\n" + deploy.awaitOutput() + "\n" + again.awaitOutput()).isZero();
            for (FleetHost host : bed.hosts()) {
                assertThat(current(host, what)).as(what).isEqualTo(release);
            }
        }
    }

    private static boolean ended(ProcessHandle process, int withinMs) throws Exception {
        try {
            process.onExit().get(withinMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (java.util.concurrent.TimeoutException e) {
            return false;
        }
    }

    private static void kill(Victim victim, Program deploy, Random random) throws IOException, InterruptedException {
        FleetHost other = bed.hosts().get(1 + random.nextInt(3));
        switch (victim) {
            case AGENT -> other.kill("murder.tools.Main agent");
            case SEEDER -> bed.host("h1").kill("murder.tools.Main agent");
            case HOST -> other.kill();
            case CONTROL -> bed.signal(deploy, "KILL");
            default -> throw new IllegalStateException(victim.toString());
        }
    }
}
