package murder.tools.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes payloads that no compression shortens, and tells what a tree holds so that two can be
 * compared.
 */
public final class Payloads {
    private Payloads() {
    }

    /** Writes a file of {@code length} bytes, with the folders above it. */
    public static Path file(Path file, long length) throws IOException {
        Files.createDirectories(file.getParent());
        SplittableRandom random = new SplittableRandom(file.getFileName().hashCode() + length);
        byte[] buffer = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = length; left > 0; left -= buffer.length) {
                random.nextBytes(buffer);
                out.write(buffer, 0, (int) Math.min(left, buffer.length));
            }
        }
        return file;
    }

    /** Marks a file as a program. */
    public static void makeExecutable(Path file) throws IOException {
        var permissions = Files.getPosixFilePermissions(file);
        permissions.add(PosixFilePermission.OWNER_EXECUTE);
        Files.setPosixFilePermissions(file, permissions);
    }

    /** SHA-1 of a file's content, in hex. */
    public static String sha1(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Every file and link below a folder, by its relative path: content, executable bit, where a
     * link leads to.
     */
    public static Map<String, String> tree(Path folder) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> entries = Files.walk(folder)) {
            entries.filter(entry -> !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
                .forEach(entry -> tree.put(folder.relativize(entry).toString(), describe(entry)));
        }
        return tree;
    }

    private static String describe(Path entry) {
        try {
            if (Files.isSymbolicLink(entry)) {
                return "link to " + Files.readSymbolicLink(entry);
            }
            boolean executable = Files.getPosixFilePermissions(entry).contains(PosixFilePermission.OWNER_EXECUTE);
            return sha1(entry) + (executable ? " executable" : "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same without executable bits, which some clients do not keep. */
    public static Map<String, String> contents(Path folder) throws IOException {
        Map<String, String> tree = tree(folder);
        tree.replaceAll((path, what) -> what.replace(" executable", ""));
        return tree;
    }
}
