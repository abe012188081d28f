package murder.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import murder.hash.Sha256;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
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

    /** @return the folder with an old and a new release */
    private Path releases(Random random, int size) throws IOException {
        byte[] base = new byte[size];
        random.nextBytes(base);
        Path at = Files.createTempDirectory(folder, "r");
        release(at.resolve("old"), random, base);
        release(at.resolve("new"), random, base);
        return at;
    }

    @Property(tries = 60)
    void anyReleaseComesOut(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300_000) int size) throws Exception {
        Random random = new Random(seed);
        Path at = releases(random, size);
        Patch.make(at.resolve("old"), at.resolve("new"), at.resolve("patch"));
        Manifest made = Patch.apply(at.resolve("patch"), at.resolve("old"), at.resolve("result"), false);
        assertThat(made).isEqualTo(Manifest.of(at.resolve("new"))).isEqualTo(Manifest.of(at.resolve("result")));
        delete(at);
    }

    /** Some files of the new release are those of the old one, and any files were copied before. */
    @Property(tries = 60)
    void anyReleaseGrowsFromAnyCopies(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300_000) int size, @ForAll boolean rightOnes)
        throws Exception {
        Random random = new Random(seed);
        Path at = releases(random, size);
        for (Manifest.Entry entry : Manifest.of(at.resolve("old")).entries()) {
            Path there = at.resolve("new").resolve(entry.path());
            if (entry.kind() == Manifest.Kind.FILE && random.nextBoolean() && Files.isDirectory(there.getParent())) {
                Files.copy(at.resolve("old").resolve(entry.path()), there, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Patch.make(at.resolve("old"), at.resolve("new"), at.resolve("patch"));
        byte[] copies = {(byte) random.nextInt(), (byte) random.nextInt(), (byte) random.nextInt()};
        Growth growth = new Growth(at.resolve("old"), file -> true, at.resolve("result"));
        growth.copy(rightOnes ? Manifest.of(at.resolve("old")).same(Manifest.of(at.resolve("new"))) : copies);
        Manifest made = growth.make(at.resolve("patch"), release -> { }, false, null);
        assertThat(made).isEqualTo(Manifest.of(at.resolve("new"))).isEqualTo(Manifest.of(at.resolve("result")));
        delete(at);
    }

    /** Only names change, so nothing but the manifest travels. */
    @Property(tries = 40)
    void permutedFilesAreCopied(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int files) throws Exception {
        Random random = new Random(seed);
        Path at = Files.createTempDirectory(folder, "r");
        List<Integer> names = new ArrayList<>(IntStream.range(0, files).boxed().toList());
        Collections.shuffle(names, random);
        Files.createDirectories(at.resolve("old"));
        Files.createDirectories(at.resolve("new"));
        for (int i = 0; i < files; i++) {
            byte[] bytes = new byte[random.nextInt(30_000)];
            random.nextBytes(bytes);
            Files.write(at.resolve("old/" + i), bytes);
            Files.write(at.resolve("new/" + names.get(i)), bytes);
        }
        assertThat(Patch.make(at.resolve("old"), at.resolve("new"), at.resolve("patch"))).isLessThan(200 + 60L * files);
        Patch.apply(at.resolve("patch"), at.resolve("old"), at.resolve("result"), false);
        assertThat(Manifest.of(at.resolve("result"))).isEqualTo(Manifest.of(at.resolve("new")));
        delete(at);
    }

    /**
     * A host compares its release and refuses the patch. If the release changes later, no wrong
     * release comes out.
     */
    @Property(tries = 60)
    void flippedBitOfBaseIsHarmless(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        byte[] base = new byte[1 + random.nextInt(20_000)];
        random.nextBytes(base);
        Path at = Files.createTempDirectory(folder, "r");
        Files.createDirectories(at.resolve("old"));
        Files.write(at.resolve("old/f"), base);
        release(at.resolve("new"), random, base);
        Patch.make(at.resolve("old"), at.resolve("new"), at.resolve("patch"));
        Manifest before = Manifest.of(at.resolve("old"));
        base[random.nextInt(base.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(at.resolve("old/f"), base);
        assertThatThrownBy(() -> Patch.apply(at.resolve("patch"), at.resolve("old"), at.resolve("result"), false))
            .isInstanceOfSatisfying(PatchException.class, e -> assertThat(e.reason()).isEqualTo(PatchException.Reason.OTHER_BASE));
        try {
            Patch.apply(at.resolve("patch"), at.resolve("old"), before, at.resolve("result"), false);
            assertThat(Manifest.of(at.resolve("result"))).isEqualTo(Manifest.of(at.resolve("new")));
        } catch (PatchException e) {
            assertThat(e.reason()).isEqualTo(PatchException.Reason.WRONG_OUTPUT);
            assertThat(at.resolve("result")).doesNotExist();
        }
        delete(at);
    }

    /** Copies from anywhere, of any length. */
    @Property(tries = 300)
    void copyStaysInOldRelease(@ForAll @LongRange(min = Long.MIN_VALUE / 4, max = Long.MAX_VALUE / 4) long any,
                               @ForAll @IntRange(min = -2000, max = 2000) int near, @ForAll boolean isNear,
                               @ForAll @IntRange(min = 1, max = 600) int length) throws Exception {
        Path at = Files.createTempDirectory(folder, "r");
        byte[] bytes = new byte[1000];
        new Random(1).nextBytes(bytes);
        Files.write(at.resolve("old"), bytes);
        long from = isNear ? near : any;
        boolean isInside = from >= 0 && from <= bytes.length - length;
        byte[] copied = isInside ? Arrays.copyOfRange(bytes, (int) from, (int) from + length) : new byte[length];
        Files.write(at.resolve("new"), copied);
        Files.write(at.resolve("patch"), ForgedPatch.of(Manifest.of(at.resolve("old")), Manifest.of(at.resolve("new")).toBytes(), length,
            ForgedPatch.numbers(0), ForgedPatch.numbers(length), ForgedPatch.numbers(Varints.zigzag(from)), new byte[0]));
        if (isInside) {
            Patch.apply(at.resolve("patch"), at.resolve("old"), at.resolve("result"), false);
            assertThat(at.resolve("result")).hasBinaryContent(copied);
        } else {
            assertThatThrownBy(() -> Patch.apply(at.resolve("patch"), at.resolve("old"), at.resolve("result"), false))
                .isInstanceOfSatisfying(PatchException.class, e -> assertThat(e.reason()).isEqualTo(PatchException.Reason.MALFORMED));
            assertThat(at.resolve("result")).doesNotExist();
        }
        delete(at);
    }

    /** A section that claims more bytes than the release has makes none of them. */
    @Property(tries = 100)
    void bombStaysWithinManifest(@ForAll @LongRange(min = 501, max = Long.MAX_VALUE / 2) long length) throws Exception {
        Path at = Files.createTempDirectory(folder, "r");
        Files.write(at.resolve("old"), new byte[1000]);
        Files.write(at.resolve("new"), new byte[500]);
        Files.write(at.resolve("patch"), ForgedPatch.of(Manifest.of(at.resolve("old")), Manifest.of(at.resolve("new")).toBytes(), length,
            ForgedPatch.numbers(0), ForgedPatch.numbers(length), ForgedPatch.numbers(0), new byte[0]));
        assertThatThrownBy(() -> Patch.apply(at.resolve("patch"), at.resolve("old"), at.resolve("result"), false))
            .isInstanceOfSatisfying(PatchException.class, e -> assertThat(e.reason()).isEqualTo(PatchException.Reason.MALFORMED));
        assertThat(at.resolve("result")).doesNotExist();
        delete(at);
    }

    /** A manifest of an attacker: one file with this path. */
    private static byte[] manifest(String path) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("murder manifest 1\n".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[] {2, 0, 0, 1});
        Varints.write(out, 0755);
        out.write(0);
        Varints.write(out, name.length);
        out.writeBytes(name);
        out.write(0);
        Varints.write(out, 0644);
        Varints.write(out, 0);
        out.writeBytes(Sha256.newDigest().digest());
        return out.toByteArray();
    }

    @Property(tries = 300)
    void manifestThatLeadsOutIsRefused(@ForAll @Size(min = 1, max = 5) List<@From("elements") String> elements,
                                       @ForAll boolean isAbsolute) throws Exception {
        String path = (isAbsolute ? "/" : "") + String.join("/", elements);
        boolean isName = !isAbsolute && elements.size() == 1 && elements.get(0).equals("name");
        if (isName) {
            assertThat(Manifest.read(manifest(path)).entries()).hasSize(2);
            return;
        }
        assertThatThrownBy(() -> Manifest.read(manifest(path))).as(path).isInstanceOf(PatchException.class);
        Path at = Files.createTempDirectory(folder, "r");
        Files.write(at.resolve("old"), new byte[10]);
        Files.write(at.resolve("patch"), ForgedPatch.of(Manifest.of(at.resolve("old")), manifest(path), 1));
        assertThatThrownBy(() -> Patch.apply(at.resolve("patch"), at.resolve("old"), at.resolve("result"), false))
            .isInstanceOf(PatchException.class);
        try (Stream<Path> left = Files.list(at)) {
            assertThat(left).hasSize(2);
        }
        delete(at);
    }

    @Provide
    Arbitrary<String> elements() {
        return Arbitraries.of("..", ".", "", "name", "..", "a\\b", "a\0b");
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
