package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TarSieveTest {
    private static TarBytes tar() {
        return new TarBytes();
    }

    /** The members of an archive, one line each: type, mode, size, name, link. */
    private static List<String> members(byte[] archive) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(archive));
        List<String> members = new ArrayList<>();
        while (reader.next()) {
            members.add(reader.type() + " " + Integer.toOctalString(reader.mode()) + " " + reader.size() + " " + reader.name()
                + (reader.link().isEmpty() ? "" : " -> " + reader.link()));
            reader.content(OutputStream.nullOutputStream());
        }
        return members;
    }

    private static List<String> passed(TarBytes archive) throws IOException {
        return members(TarBytes.sieved(archive.bytes(), -1));
    }

    @Test
    void passesMembersThatStayInside() throws IOException {
        assertThat(passed(tar().directory("./").directory("./a/").file("./a/f", "hello").member('0', "./x", "", "0000755", "")
            .symlink("./a/l", "../x").symlink("./up", "./a//f").hardLink("./a/h", "./a/f")))
            .containsExactly("5 755 0 ./", "5 755 0 ./a/", "0 644 5 ./a/f", "0 755 0 ./x", "2 777 0 ./a/l -> ../x",
                "2 777 0 ./up -> ./a//f", "1 644 0 ./a/h -> ./a/f");
    }

    @Test
    void theDirectoryItselfComesFirst() throws IOException {
        assertThat(passed(tar().file("f", ""))).containsExactly("5 755 0 ./", "0 644 0 ./f");
    }

    @Test
    void contentIsCopied() throws IOException {
        byte[] passed = TarBytes.sieved(tar().directory("./").file("f", "hello").bytes(), 7);
        assertThat(passed).hasSize(512 + 2 * 512 + 1024);
        assertThat(new String(passed, 1024, 5)).isEqualTo("hello");
    }

    @Test
    void secondPassChangesNothing() throws IOException {
        byte[] once = TarBytes.sieved(tar().directory("./").file("f", "hello").symlink("l", "f").bytes(), -1);
        assertThat(TarBytes.sieved(once, -1)).isEqualTo(once);
    }

    @Test
    void ownersAndTimesAreReplaced() throws IOException {
        byte[] first = TarBytes.sieved(tar().file("f", "x").bytes(), 1234);
        TarReader reader = new TarReader(new ByteArrayInputStream(first));
        reader.next();
        assertThat(reader.next()).isTrue();
        assertThat(reader.mtime()).isEqualTo(1234);
        assertThat(new String(first)).doesNotContain("someone").doesNotContain("1750");
    }

    @Test
    void bitsThatRaisePrivilegesAreCleared() throws IOException {
        assertThat(passed(tar().directory("./").member('0', "s", "", "0006755", "").member('5', "t", "", "0001777", "")))
            .containsExactly("5 755 0 ./", "0 755 0 ./s", "5 1777 0 ./t/");
    }

    @Test
    void longNamesComeInThreeWays() throws IOException {
        String name = "d".repeat(120) + "/" + "n".repeat(120);
        String link = "l".repeat(150);
        String gnu = "0 644 1 ./" + name;
        assertThat(passed(tar().directory("./").magic(TarBytes.GNU).member('L', "././@LongLink", "", "0000644", name + "\0")
            .file("cut", "1"))).endsWith(gnu);
        assertThat(passed(tar().directory("./").pax('x', "path=" + name, "mtime=1.5", "SCHILY.dev=3").file("cut", "1"))).endsWith(gnu);
        assertThat(passed(tar().directory("./").prefix("d".repeat(120)).file("n".repeat(90), "1")))
            .endsWith("0 644 1 ./" + "d".repeat(120) + "/" + "n".repeat(90));
        assertThat(passed(tar().directory("./").pax('x', "linkpath=" + link).symlink("s", "cut"))).endsWith("2 777 0 ./s -> " + link);
    }

    @Test
    void usesSizeOfExtendedHeader() throws IOException {
        TarBytes archive = tar().directory("./").pax('x', "size=3").header('0', "f", "", "0000644", "00000000000").raw("abc".getBytes())
            .raw(new byte[509]);
        assertThat(passed(archive)).endsWith("0 644 3 ./f");
    }

    @Test
    void namesAreBytes() throws IOException {
        String latin = "na\u00efve\u00ff";
        assertThat(passed(tar().directory("./").file(latin, ""))).endsWith("0 644 0 ./" + latin);
    }

    @Test
    void sizesBeyondEightGigabytesAreWritten() throws IOException {
        byte[] header = TarBlock.of('0', "big", "", 0644, 1L << 40, 0);
        TarBlock block = new TarBlock(header);
        block.check(0);
        assertThat(block.size()).isEqualTo(1L << 40);
    }

    private static Arguments evil(String why, TarBytes archive) {
        return Arguments.of(why, archive);
    }

    static Stream<Arguments> evils() {
        return Stream.of(
            evil("'../f' has '..' in its name", tar().file("../f", "")),
            evil("'a/../../f' has '..' in its name", tar().file("a/../../f", "")),
            evil("'a/..' has '..' in its name", tar().directory("a/..")),
            evil("'/etc/cron.d/x' has an absolute name", tar().file("/etc/cron.d/x", "")),
            evil("'//x' has an absolute name", tar().directory("//x")),
            evil("has '..' in its name", tar().pax('x', "path=../../f").file("f", "")),
            evil("has '..' in its name", tar().prefix("..").file("f", "")),
            evil("has an absolute name", tar().magic(TarBytes.GNU).member('L', "././@LongLink", "", "0000644", "/f\0").file("f", "")),
            evil("'l' is a symbolic link to '/etc', which leads out", tar().symlink("l", "/etc")),
            evil("'l' is a symbolic link to '..', which leads out", tar().symlink("l", "..")),
            evil("'a/l' is a symbolic link to '../../x', which leads out", tar().symlink("a/l", "../../x")),
            evil("'./a/./l' is a symbolic link to '.././../x', which leads out", tar().symlink("./a/./l", ".././../x")),
            evil("which turns back behind a name", tar().symlink("l", "a/../..")),
            evil("which turns back behind a name", tar().symlink("x", ".").symlink("y", "x/..")),
            evil("is a symbolic link to ''", tar().symlink("l", "")),
            evil("leads out", tar().pax('x', "linkpath=/etc/passwd").symlink("l", "f")),
            evil("'l/f' leads through the symbolic link 'l'", tar().directory("d").symlink("l", "d").file("l/f", "")),
            evil("'l' is there twice", tar().symlink("l", "f").file("l", "")),
            evil("'./l/' is there twice", tar().symlink("l", "f").directory("./l/")),
            evil("'h' links to '/etc/passwd', an absolute name", tar().hardLink("h", "/etc/passwd")),
            evil("'h' links to '../f', with '..' in it", tar().hardLink("h", "../f")),
            evil("'h' is a hard link to the symbolic link 'l'", tar().symlink("l", "f").hardLink("h", "l")),
            evil("'h' leads through the symbolic link 'l'", tar().symlink("l", "d").hardLink("h", "l/f")),
            evil("'h' is a hard link to the directory itself", tar().hardLink("h", ".")),
            evil("'c' is a device", tar().member('3', "c", "", "0000666", "")),
            evil("'b' is a device", tar().member('4', "b", "", "0000666", "")),
            evil("'p' is a named pipe", tar().member('6', "p", "", "0000666", "")),
            evil("'s' is stored as a sparse file", tar().magic(TarBytes.GNU).member('S', "s", "", "0000666", "")),
            evil("is of type 'V', which is not supported", tar().member('V', "v", "", "0000666", "")),
            evil("'GNU.sparse.name', which is not supported", tar().pax('x', "GNU.sparse.name=../x").file("f", "")),
            evil("has a path for all members at once", tar().pax('g', "path=../x").file("f", "")),
            evil("has content, which only files may have", tar().member('2', "l", "f", "0000777", "content")),
            evil("has content, which only files may have", tar().member('5', "d", "", "0000777", "content")),
            evil("has a NUL in its name", tar().pax('x', "path=a\0b").file("f", "")),
            evil("an element of 256 bytes", tar().pax('x', "path=" + "n".repeat(256)).file("f", "")),
            evil("has a name of 5000 bytes", tar().pax('x', "path=" + "n/".repeat(2500)).file("f", "")),
            evil("has no name", tar().file(".", "")),
            evil("an extended header of 2000000 bytes", tar().header('x', "x", "", "0000644", "00007502200")),
            evil("an extended header cannot be read", tar().member('x', "x", "", "0000644", "99 path=f\n")),
            evil("an extended header cannot be read", tar().member('x', "x", "", "0000644", "10 path=f")),
            evil("'-3' is no valid number", tar().pax('x', "size=-3").file("f", "")),
            evil("ends after an extended header", tar().pax('x', "path=f")),
            evil("is no octal number", tar().header('0', "f", "", "0000644", "0000000000x")),
            evil("a number that is too large", tar().header('0', "f", "", "0000644", "\u00ff".repeat(10))),
            evil("no header at offset 0", tar().magic("\0\0\0\0\0\0\0\0").file("f", "")),
            evil("no header at offset 512", tar().directory("d").raw("junk".repeat(128).getBytes())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("evils")
    void evilMembersAreRefused(String why, TarBytes archive) {
        assertThatThrownBy(() -> TarBytes.sieved(archive.bytes(), -1)).isInstanceOf(ArchiveException.class).hasMessageContaining(why);
    }

    @Test
    void aWrongChecksumIsNoHeader() {
        byte[] bytes = tar().file("f", "").bytes();
        bytes[0] = 'g';
        assertThatThrownBy(() -> TarBytes.sieved(bytes, -1)).hasMessageContaining("no header at offset 0");
    }

    @Test
    void writesNothingOfRefusedMember() {
        byte[] archive = tar().file("good", "good").file("../evil", "evil").bytes();
        var passed = new java.io.ByteArrayOutputStream();
        assertThatThrownBy(() -> new TarSieve(new TarReader(new ByteArrayInputStream(archive)), passed, -1, SymbolicLinks.INSIDE).run())
            .isInstanceOf(ArchiveException.class);
        assertThat(passed.toString()).contains("good").doesNotContain("evil");
    }

    @Test
    void ignoresBytesBehindTheEnd() throws IOException {
        TarBytes archive = tar().directory("./");
        archive.bytes();
        assertThat(members(TarBytes.sieved(archive.file("../evil", "").bytes(), -1))).containsExactly("5 755 0 ./");
    }

    @Test
    void reportsTruncatedArchive() {
        byte[] whole = tar().directory("./").file("f", "x".repeat(1000)).unended();
        for (int length = 1; length < whole.length; length += 97) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> TarBytes.sieved(cut, -1)).as("%d bytes", length).isInstanceOf(EOFException.class)
                .hasMessageContaining("cut short");
        }
        assertThatThrownBy(() -> TarBytes.sieved(whole, -1)).isInstanceOf(EOFException.class);
    }

    @Test
    void messagesHoldNoControlCharacters() {
        assertThatThrownBy(() -> TarBytes.sieved(tar().symlink("\033[2J", "/x").bytes(), -1)).hasMessageContaining("'?[2J'");
    }
}
