package murder.tools.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import murder.hash.Sha1;

/**
 * A hash of what a file system knows about the entries of a tree, without their contents. Agents
 * compute it over tens of thousands of entries soon after their start, while little is compiled, so
 * it makes few objects. For one thread.
 */
public final class MetadataHash {
    /** Hashing is fast from many blocks on. */
    private static final int BUFFER = 1 << 14;
    private static final String DIRECTORY = "isDirectory";
    private static final String LINK = "isSymbolicLink";
    private static final String BASIC = DIRECTORY + "," + LINK + ",size,lastModifiedTime";

    private final MessageDigest digest = Sha1.newDigest();
    private final StringBuilder text = new StringBuilder(2 * BUFFER);
    /** The names of what is read; only Unix has more. */
    private final String names;

    /**
     * Of nothing yet.
     *
     * @param root whose file system says what there is to know
     * @param unix more that is read on Unix: names of the view "unix", which are numbers or times
     */
    public MetadataHash(Path root, String unix) {
        this.names = root.getFileSystem().supportedFileAttributeViews().contains("unix") ? "unix:" + unix + "," + BASIC : BASIC;
    }

    /** {@return the metadata of an entry, not of what a link leads to} */
    public Map<String, Object> read(Path entry) throws IOException {
        return Files.readAttributes(entry, names, LinkOption.NOFOLLOW_LINKS);
    }

    /** {@return whether this is the metadata of a directory} */
    public static boolean isDirectory(Map<String, Object> metadata) {
        return (Boolean) metadata.get(DIRECTORY);
    }

    /** {@return whether this is the metadata of a symbolic link} */
    public static boolean isLink(Map<String, Object> metadata) {
        return (Boolean) metadata.get(LINK);
    }

    /** Adds a text. */
    public void addText(String part) {
        text.append(part).append('\0');
        if (text.length() >= BUFFER) {
            digest.update(text.toString().getBytes(StandardCharsets.UTF_8));
            text.setLength(0);
        }
    }

    /** Adds a value of metadata; null where the system has none. */
    public void addValue(Object value) {
        if (value instanceof FileTime time) {
            text.append(time.to(TimeUnit.NANOSECONDS));
        } else {
            text.append(value);
        }
        text.append(' ');
    }

    /** {@return the hash of all that was added, in hexadecimal digits} */
    public String hex() {
        digest.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** {@return the entries of a directory, sorted, so that their order does not depend on the file system} */
    public static List<Path> children(Path directory, Predicate<Path> isIncluded) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (isIncluded.test(entry)) {
                    children.add(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(children);
        return children;
    }
}
