package murder.tools.run;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * The archive of loaded classes beside the jar, from which peers start (JEP 350); {@code prepare}
 * makes it. It fits one Java, and one jar at one path. With a wrong archive a JVM is slower than
 * without: it may drop the JDK's own archive, too. A truncated archive makes the JVM crash. So a
 * note beside the archive names its Java and jar. The launcher uses the archive only if the note
 * matches, and only if everybody who can write the archive can also write the jar:
 *
 * <pre>
 *   murder-tools.jar
 *   murder-tools.jsa        the archive
 *   murder-tools.jsa.for    the version and the home of Java; path, length and time of the jar; length and time of the archive;
 *                           SHA-256 of the jar, which fleet needs at each start
 * </pre>
 *
 * The launcher of each peer runs this, so this class loads little.
 */
public final class ClassArchive {
    private static final String JAR = ".jar";
    private static final int OTHERS_WRITE = 0022;
    private static final Integer ROOT = 0;
    /** A hash in hex, and the end of the line. */
    private static final int HASH_LINE = 65;

    private final File jar;
    private final File archive;
    private final File note;
    private String jarSha256;

    /** @param jar its canonical path */
    public ClassArchive(String jar) {
        this.jar = new File(jar);
        this.archive = new File(jar.substring(0, jar.length() - JAR.length()) + ".jsa");
        this.note = new File(archive.getPath() + ".for");
    }

    /** Whether the classes come from one jar, so that an archive can hold them. */
    public static boolean isJar(String classPath) {
        return classPath.endsWith(JAR) && classPath.indexOf(File.pathSeparatorChar) < 0;
    }

    /** The program that runs this JVM, for another one. */
    public static String java() {
        return System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    }

    /**
     * Where the classes of this JVM come from, for another one. A class archive is only for the
     * path with which it was made. So the path of a jar depends neither on the user's directory nor
     * on links.
     */
    public static String ownClassPath() throws IOException {
        String classPath = System.getProperty("java.class.path");
        return isJar(classPath) ? new File(classPath).getCanonicalPath() : classPath;
    }

    /** The archive that fits this class path, or null. */
    public static ClassArchive find(String classPath) throws IOException {
        if (!isJar(classPath)) {
            return null;
        }
        ClassArchive found = new ClassArchive(classPath);
        return found.fits() ? found : null;
    }

    public String path() {
        return archive.getPath();
    }

    /** The option with which a JVM starts from it. */
    public String option() {
        return "-XX:SharedArchiveFile=" + path();
    }

    /** SHA-256 of the jar in hex, of an archive that was found. */
    public String jarSha256() {
        return jarSha256;
    }

    private boolean fits() throws IOException {
        if (!archive.canRead() || !note.canRead() || !isAsSafeAsJar()) {
            return false;
        }
        String expected = expected();
        try (FileInputStream in = new FileInputStream(note)) {
            int length = expected.getBytes(StandardCharsets.UTF_8).length + HASH_LINE;
            String text = new String(in.readNBytes(length + 1), StandardCharsets.UTF_8);
            if (!text.startsWith(expected) || text.length() != expected.length() + HASH_LINE) {
                return false;
            }
            jarSha256 = text.substring(expected.length(), text.length() - 1);
            return true;
        }
    }

    /**
     * A JVM does not verify the classes of an archive. A user who can write it can run code as the
     * user who starts a peer. So the archive may be writable only for users who can write the jar,
     * too.
     */
    private boolean isAsSafeAsJar() throws IOException {
        if (!jar.toPath().getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return true;
        }
        Map<String, Object> ofJar = Files.readAttributes(jar.toPath(), "unix:uid,mode");
        for (File file : new File[] {archive, note}) {
            Map<String, Object> found = Files.readAttributes(file.toPath(), "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
            int moreWriters = (Integer) found.get("mode") & OTHERS_WRITE & ~(Integer) ofJar.get("mode");
            boolean isTrusted = found.get("uid").equals(ofJar.get("uid")) || found.get("uid").equals(ROOT);
            if (!isTrusted || moreWriters != 0 || Files.isSymbolicLink(file.toPath())) {
                return false;
            }
        }
        return true;
    }

    private String expected() {
        return System.getProperty("java.vm.version") + " " + System.getProperty("java.home") + "\n"
            + jar + " " + jar.length() + " " + jar.lastModified() + "\n"
            + archive.length() + " " + archive.lastModified() + "\n";
    }

    /**
     * Puts the archive in its place, and its note. In between no archive fits.
     *
     * @param made the archive, somewhere else
     * @param sha256 of the jar, in hex
     */
    public void install(Path made, String sha256) throws IOException {
        Files.deleteIfExists(note.toPath());
        // First beside its place: a rename works only within one file system.
        File beside = new File(archive.getPath() + ".tmp");
        Files.copy(made, beside.toPath(), StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside.toPath(), archive.toPath(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileOutputStream out = new FileOutputStream(note)) {
            out.write((expected() + sha256 + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
