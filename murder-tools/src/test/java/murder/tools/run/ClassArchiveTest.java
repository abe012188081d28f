package murder.tools.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassArchiveTest {
    private static final String HASH = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @TempDir
    private Path temporary;

    private Path jar;
    private Path archive;
    private Path note;

    @BeforeEach
    void install() throws IOException {
        jar = Files.writeString(temporary.resolve("murder.jar"), "the jar");
        archive = temporary.resolve("murder.jsa");
        note = temporary.resolve("murder.jsa.for");
        new ClassArchive(jar.toString()).install(Files.writeString(temporary.resolve("made"), "all classes"), HASH);
    }

    private boolean isFound() throws IOException {
        return ClassArchive.find(jar.toString()) != null;
    }

    @Test
    void findsInstalledArchive() throws IOException {
        assertThat(ClassArchive.find(jar.toString()).path()).isEqualTo(archive.toString());
        assertThat(ClassArchive.find(jar.toString()).jarSha256()).isEqualTo(HASH);
        assertThat(archive).hasContent("all classes");
        assertThat(temporary).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void refusesArchiveOfAnotherJar() throws IOException {
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000));
        assertThat(isFound()).isFalse();
        install();
        assertThat(isFound()).isTrue();
        FileTime before = Files.getLastModifiedTime(jar);
        Files.writeString(jar, "a longer jar");
        Files.setLastModifiedTime(jar, before);
        assertThat(isFound()).isFalse();
    }

    @Test
    void refusesArchiveOfAnotherJava() throws IOException {
        Files.writeString(note, Files.readString(note).replace(System.getProperty("java.vm.version"), "16.0.2+7"));
        assertThat(isFound()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab\n", HASH, HASH + "\n\n"})
    void refusesNoteWithoutHash(String line) throws IOException {
        Files.writeString(note, Files.readString(note).replace(HASH + "\n", line));
        assertThat(isFound()).isFalse();
    }

    /** A JVM that maps it crashes. */
    @Test
    void refusesTruncatedArchive() throws IOException {
        FileTime before = Files.getLastModifiedTime(archive);
        Files.writeString(archive, "all cl");
        Files.setLastModifiedTime(archive, before);
        assertThat(isFound()).isFalse();
    }

    /** The archive is code that no JVM verifies. */
    @ParameterizedTest
    @ValueSource(strings = {"murder.jsa", "murder.jsa.for"})
    void refusesWhatOthersMayWrite(String name) throws IOException {
        Set<PosixFilePermission> open = PosixFilePermissions.fromString("rw-rw-rw-");
        Files.setPosixFilePermissions(temporary.resolve(name), open);
        assertThat(isFound()).isFalse();
        Files.setPosixFilePermissions(jar, open);
        assertThat(isFound()).isTrue();
    }

    /** Only root can make files of another user; continuous integration runs as root. */
    @ParameterizedTest
    @ValueSource(strings = {"murder.jsa", "murder.jsa.for"})
    void refusesWhatAnotherUserOwns(String name) throws IOException {
        assumeTrue(Files.getAttribute(jar, "unix:uid").equals(0));
        Files.setAttribute(temporary.resolve(name), "unix:uid", 12345);
        assertThat(isFound()).isFalse();
        Files.setAttribute(jar, "unix:uid", 12345);
        assertThat(isFound()).isTrue();
    }

    @Test
    void refusesArchiveBehindLink() throws IOException {
        Path elsewhere = temporary.resolve("elsewhere");
        Files.move(archive, elsewhere);
        Files.createSymbolicLink(archive, elsewhere);
        assertThat(isFound()).isFalse();
    }

    @Test
    void refusesCopiesInAnotherFolder() throws IOException {
        Path other = Files.createDirectory(temporary.resolve("other"));
        for (Path file : new Path[] {jar, archive, note}) {
            Files.copy(file, other.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        assertThat(ClassArchive.find(other.resolve("murder.jar").toString())).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"murder.jsa", "murder.jsa.for"})
    void findsNothingWithoutBothFiles(String name) throws IOException {
        Files.delete(temporary.resolve(name));
        assertThat(isFound()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "target/classes", "a.jar:b.jar"})
    void classesOutsideOneJarHaveNone(String classPath) throws IOException {
        assertThat(ClassArchive.find(classPath)).isNull();
    }
}
