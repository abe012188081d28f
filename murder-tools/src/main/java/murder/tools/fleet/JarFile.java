package murder.tools.fleet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import murder.hash.Sha256;
import murder.tools.cli.CommandException;
import murder.tools.run.ClassArchive;

/**
 * The jar of this process, which is copied to the hosts. Its classes are not compressed, so that a
 * JVM starts faster. For the copy it is compressed with gzip.
 *
 * @param path of the file that is sent
 * @param length of that file in bytes
 * @param sha256 of the file on the host, in hex
 */
public record JarFile(Path path, long length, String sha256) {
    /** Names the jar if the classes do not come from one, as in tests. */
    private static final String PROPERTY = "murder.jar";

    static JarFile own() throws CommandException, IOException {
        Path path = locate();
        if (!Files.isRegularFile(path)) {
            throw CommandException.failed("murder does not run from its jar but from " + path + "; start it by java -jar murder-tools.jar");
        }
        ClassArchive archive = ClassArchive.find(path.toRealPath().toString());
        // To hash it takes a new JVM 30 ms, before the first ssh.
        return archive == null ? of(path) : new JarFile(path, Files.size(path), archive.jarSha256());
    }

    /** The file as it is, with its hash. */
    public static JarFile of(Path path) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        long length;
        try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
            length = in.transferTo(OutputStream.nullOutputStream());
        }
        return new JarFile(path, length, HexFormat.of().formatHex(digest.digest()));
    }

    /**
     * The same jar for sending: compressed once for each content.
     *
     * @param files that store the result
     */
    JarFile packed(FleetFiles files) throws IOException {
        Path packed = files.named(".jar.gz", sha256);
        if (!Files.exists(packed)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (OutputStream gzip = new GZIPOutputStream(bytes)) {
                Files.copy(path, gzip);
            }
            files.write(packed, bytes.toByteArray());
        }
        return new JarFile(packed, Files.size(packed), sha256);
    }

    private static Path locate() throws CommandException {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return Path.of(named);
        }
        CodeSource source = JarFile.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw CommandException.failed("murder does not run from its jar; start it by java -jar murder-tools.jar");
        }
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the place of a class is a URI: " + source.getLocation(), e);
        }
    }
}
