package murder.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

class PatchPropertyTest {
    private Path folder;

    @BeforeProperty
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("patch");
    }

    @AfterProperty
    void deleteFolder() throws IOException {
        delete(folder);
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /**
     * Cuts old bytes into pieces and puts them together in another order, with changes between
     * them.
     */
    private static byte[] edited(byte[] old, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int edits = random.nextInt(12); edits >= 0; edits--) {
            int from = random.nextInt(old.length + 1);
            out.write(old, from, random.nextInt(old.length - from + 1));
            byte[] more = new byte[random.nextInt(50)];
            random.nextBytes(more);
            out.writeBytes(more);
        }
        return out.toByteArray();
    }

    private static void release(Path root, Random random, byte[] base) throws IOException {
        Files.createDirectories(root);
        for (int i = random.nextInt(5); i >= 0; i--) {
            Path directory = random.nextBoolean() ? root : Files.createDirectories(root.resolve("d" + random.nextInt(3)));
            Files.write(directory.resolve("f" + random.nextInt(6)), edited(base, random));
        }
    }

    @Property(tries = 60)
    void anyReleaseComesOut(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300_000) int size) throws Exception {
        Random random = new Random(seed);
        byte[] base = new byte[size];
        random.nextBytes(base);
        Path at = Files.createTempDirectory(folder, "r");
        release(at.resolve("old"), random, base);
        release(at.resolve("new"), random, base);
        Patch.make(at.resolve("old"), at.resolve("new"), at.resolve("patch"));
        Manifest made = Patch.apply(at.resolve("patch"), at.resolve("old"), at.resolve("result"), false);
        assertThat(made).isEqualTo(Manifest.of(at.resolve("new"))).isEqualTo(Manifest.of(at.resolve("result")));
        delete(at);
    }

    /** Whatever is changed in a patch: the right release, or a refusal and nothing. */
    @Property(tries = 400)
    void mutatedPatchMakesNothingElse(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        Path old = folder.resolve("old");
        Path fresh = folder.resolve("new");
        Path patch = folder.resolve("patch");
        if (!Files.exists(patch)) {
            byte[] base = new byte[20_000];
            new Random(1).nextBytes(base);
            release(old, new Random(2), base);
            release(fresh, new Random(3), base);
            Patch.make(old, fresh, patch);
        }
        byte[] bytes = Files.readAllBytes(patch);
        for (int changes = random.nextInt(3); changes >= 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        if (random.nextInt(4) == 0) {
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 10));
        }
        Path mutated = Files.write(folder.resolve("mutated"), bytes);
        Path result = folder.resolve("result");
        try {
            Patch.apply(mutated, old, result, false);
            assertThat(Manifest.of(result)).isEqualTo(Patch.target(mutated));
            delete(result);
        } catch (PatchException e) {
            assertThat(result).doesNotExist();
            assertThat(folder.resolve(".result.murder-patch")).doesNotExist();
        }
    }
}
