package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class TarSievePropertyTest {
    private static TarBytes archive() {
        return new TarBytes().directory("./").pax('x', "path=some/name", "size=3").file("f", "abc").symlink("l", "f").hardLink("h", "f")
            .magic(TarBytes.GNU).member('L', "././@LongLink", "", "0000644", "n".repeat(130) + "\0").file("n", "x".repeat(600));
    }

    /** Any header with a right checksum gives an answer or a refusal, nothing else. */
    @Property(tries = 1000)
    void mutatedHeadersPassOrAreRefused(@ForAll @IntRange(max = 5000) int at, @ForAll byte value) throws IOException {
        byte[] bytes = archive().bytes();
        int index = at % bytes.length;
        bytes[index] = value;
        resum(bytes, index / 512 * 512);
        try {
            checkInside(TarBytes.sieved(bytes, -1));
        } catch (ArchiveException | EOFException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    /** The sticky bit of a directory passes, so a mutation may set it; that of a file does not. */
    @Example
    void onlyDirectoriesKeepStickyBit() throws IOException {
        byte[] bytes = archive().bytes();
        assertThat((char) bytes[156]).isEqualTo('5');
        System.arraycopy("0007777\0".getBytes(), 0, bytes, 100, 8);
        resum(bytes, 0);
        TarReader reader = new TarReader(new ByteArrayInputStream(TarBytes.sieved(bytes, -1)));
        assertThat(reader.next()).isTrue();
        assertThat(reader.mode()).isEqualTo(01777);
        checkInside(TarBytes.sieved(bytes, -1));
    }

    @Property(tries = 500)
    void noNameLeadsOutOfArchive(@ForAll @Chars({'.', '/', 'a'}) @StringLength(min = 1, max = 12) String name,
        @ForAll @Chars({'.', '/', 'a'}) @StringLength(min = 1, max = 12) String target, @ForAll @IntRange(min = 0, max = 3) int kind)
        throws IOException {
        TarBytes archive = new TarBytes();
        byte[] bytes = switch (kind) {
            case 0 -> archive.file(name, "").bytes();
            case 1 -> archive.directory(name).bytes();
            case 2 -> archive.symlink(name, target).bytes();
            default -> archive.hardLink(name, target).bytes();
        };
        try {
            checkInside(TarBytes.sieved(bytes, -1));
        } catch (ArchiveException e) {
            assertThat(name + "/" + target).containsAnyOf("..", "/", ".");
        }
    }

    @Property(tries = 200)
    void ordinaryNamesPass(@ForAll @Size(min = 1, max = 20) java.util.List<@AlphaChars @StringLength(min = 1, max = 30) String> path)
        throws IOException {
        String name = String.join("/", path);
        TarBytes archive = new TarBytes().directory("./").pax('x', "path=" + name).file("cut", "content");
        TarReader reader = new TarReader(new ByteArrayInputStream(TarBytes.sieved(archive.bytes(), -1)));
        assertThat(reader.next()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.name()).isEqualTo("./" + name);
    }

    static void checkSieved(byte[] archive) throws IOException {
        checkInside(TarBytes.sieved(archive, -1));
    }

    /** Looks at what passed with other eyes: paths as java.nio normalises them. */
    private static void checkInside(byte[] passed) throws IOException {
        java.nio.file.Path root = java.nio.file.Path.of("/root/of/it");
        TarReader reader = new TarReader(new ByteArrayInputStream(passed));
        while (reader.next()) {
            String name = reader.name().replace('\0', '?');
            assertThat(root.resolve(name).normalize().startsWith(root)).as(name).isTrue();
            java.nio.file.Path from = reader.type() == '2' ? root.resolve(name).normalize().getParent() : root;
            String link = reader.link().replace('\0', '?');
            assertThat(from.resolve(link).normalize().startsWith(root)).as("%s -> %s", name, link).isTrue();
            assertThat("0125").contains(Character.toString(reader.type()));
            assertThat(reader.mode() & ~(reader.type() == '5' ? 01777 : 0777)).isZero();
            reader.content(OutputStream.nullOutputStream());
        }
    }

    private static void resum(byte[] bytes, int block) {
        Arrays.fill(bytes, block + 148, block + 156, (byte) ' ');
        int sum = 0;
        for (int i = block; i < block + 512; i++) {
            sum += bytes[i] & 0xff;
        }
        byte[] text = (String.format("%06o", sum) + "\0 ").getBytes();
        System.arraycopy(text, 0, bytes, block + 148, 8);
    }
}
