package murder.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import murder.fuzz.CommitSeed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that applies a patch gets SIGKILL at moments that the seed of the commit draws. */
@Tag("slow")
class PatchProcessKillTest {
    private static final int KILLS = 100;
    private static final int FILES = 60;
    private static final int FILE_BYTES = 100_000;
    private static final long PATIENCE_S = 60;

    @TempDir
    private Path folder;

    private Process apply() throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), PatchProcess.class.getName(),
            folder.resolve("patch").toString(), folder.resolve("old").toString(), folder.resolve("result").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static void release(Path root, byte[] bytes) throws IOException {
        for (int i = 0; i < FILES; i++) {
            Path directory = Files.createDirectories(root.resolve("d" + i % 4));
            bytes[0] = (byte) i;
            Files.write(directory.resolve("file" + i), bytes);
        }
    }

    @Test
    @Timeout(400)
    void leavesOldOrNewAndContinues() throws Exception {
        long seed = CommitSeed.base();
        System.out.println("PatchProcessKillTest: seed " + seed);
        Random random = new Random(seed);
        byte[] bytes = new byte[FILE_BYTES];
        random.nextBytes(bytes);
        release(folder.resolve("old"), bytes);
        bytes[FILE_BYTES / 2]++;
        release(folder.resolve("new"), bytes);
        Patch.make(folder.resolve("old"), folder.resolve("new"), folder.resolve("patch"));
        Manifest old = Manifest.of(folder.resolve("old"));
        Manifest fresh = Manifest.of(folder.resolve("new"));
        long wholeNs = unkilled();
        int cut = 0;
        for (int i = 0; i < KILLS; i++) {
            long delayNs = (long) (random.nextDouble() * wholeNs);
            boolean isComplete = killed(delayNs);
            String at = "kill " + i + " after " + delayNs / 1000 + " us, seed " + seed;
            assertThat(Manifest.of(folder.resolve("old"))).as(at).isEqualTo(old);
            if (!isComplete) {
                cut++;
                Patch.apply(folder.resolve("patch"), folder.resolve("old"), folder.resolve("result"), false);
            }
            assertThat(Manifest.of(folder.resolve("result"))).as(at).isEqualTo(fresh);
            StagedRelease.delete(folder.resolve("result"));
            try (Stream<Path> left = Files.list(folder)) {
                assertThat(left).as(at).extracting(path -> path.getFileName().toString()).doesNotContain(".result.murder-patch");
            }
        }
        System.out.println("PatchProcessKillTest: " + cut + " of " + KILLS + " kills came before the rename");
        assertThat(cut).isGreaterThan(KILLS / 4);
    }

    /** @return how long it took */
    private long unkilled() throws IOException, InterruptedException {
        Process process = apply();
        BufferedReader out = process.inputReader();
        assertThat(out.readLine()).isEqualTo("ready");
        long startNs = System.nanoTime();
        assertThat(out.readLine()).isEqualTo("done");
        long ns = System.nanoTime() - startNs;
        assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        StagedRelease.delete(folder.resolve("result"));
        return ns;
    }

    /** @return whether the new release is in place */
    private boolean killed(long delayNs) throws IOException, InterruptedException {
        Process process = apply();
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        process.waitFor(delayNs, TimeUnit.NANOSECONDS);
        process.destroyForcibly();
        assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        return Files.exists(folder.resolve("result"));
    }
}
