package murder.tools.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.order.Archive;
import murder.tools.cli.Arguments;
import murder.tools.cli.CommandException;
import murder.tools.cli.Failures;
import murder.tools.cli.OwnFolder;
import murder.tools.cli.Printable;
import murder.tools.cli.UsageException;

/**
 * The files of a tag in the temporary folder, with the names of the original. If others may write
 * to that folder, the files are in a folder of this user in it.
 *
 * @param tag one element of a path, with any characters
 * @param temp the folder, absolute
 * @param archive how it travels
 */
record DeployPayload(String tag, Path temp, Archive archive) {
    static final List<String> OPTIONS = List.of("--tag", "--temp", "--archive");
    private static final int MAX_NAME = 255;
    /** The longest ending after a tag. */
    private static final String LONGEST_ENDING = ".tgz.torrent";

    static DeployPayload parse(Arguments arguments) throws UsageException {
        return new DeployPayload(tag(arguments), path(arguments, "--temp"), archive(arguments));
    }

    /** @throws UsageException if the option is missing, or this JVM cannot represent the path */
    static Path path(Arguments arguments, String option) throws UsageException {
        String text = arguments.text(option, "");
        if (text.isEmpty()) {
            throw new UsageException(option + " is missing");
        }
        return path(text, option);
    }

    static Path path(String text, String option) throws UsageException {
        try {
            if (text.indexOf('\ufffd') < 0) {
                return Path.of(text).toAbsolutePath().normalize();
            }
        } catch (InvalidPathException e) {
            throw new UsageException(unnamable(option, text) + " (" + e.getReason() + ")");
        }
        throw new UsageException(unnamable(option, text));
    }

    private static String unnamable(String option, String text) {
        return option + " '" + text + "' cannot be the name of a file in this locale; set LC_ALL=C.UTF-8";
    }

    private static Archive archive(Arguments arguments) throws UsageException {
        String text = arguments.text("--archive", Archive.TGZ.word());
        for (Archive archive : Archive.values()) {
            if (archive.word().equals(text)) {
                return archive;
            }
        }
        throw new UsageException("--archive takes tgz, tar or tree, not '" + text + "'");
    }

    private static String tag(Arguments arguments) throws UsageException {
        String tag = arguments.text("--tag", "");
        if (tag.isEmpty()) {
            throw new UsageException("a tag is needed: --tag");
        }
        String problem = null;
        if (tag.indexOf('/') >= 0) {
            problem = "has a slash in it";
        } else if (tag.equals(".") || tag.equals("..") || tag.startsWith(Scratch.PREFIX)) {
            problem = "is no name for a release";
        } else if (!Printable.of(tag).equals(tag)) {
            problem = "has control characters in it";
        } else if (tag.indexOf('\\') >= 0) {
            problem = "has a backslash in it, which no torrent's name may have";
        } else if (tag.getBytes(StandardCharsets.UTF_8).length + LONGEST_ENDING.length() > MAX_NAME) {
            problem = "is longer than " + (MAX_NAME - LONGEST_ENDING.length()) + " bytes";
        }
        if (problem != null) {
            throw new UsageException("tag '" + tag + "' " + problem);
        }
        path(tag, "--tag");
        return tag;
    }

    /** Whether symbolic links travel unchanged. */
    static boolean keepLinks(Arguments arguments) throws UsageException {
        String text = arguments.text("--links", "");
        if (!text.isEmpty() && !text.equals("keep")) {
            throw new UsageException("--links takes keep, not '" + text + "'");
        }
        return !text.isEmpty();
    }

    /**
     * The name of the payload: in the torrent, and of the file in the temporary folder if there is
     * one.
     */
    String name() {
        return archive == Archive.TREE ? tag : tag + "." + archive.word();
    }

    /** The archive. */
    Path file() {
        return temp.resolve(name());
    }

    Path torrent() {
        return temp.resolve(name() + ".torrent");
    }

    /** All files that a tag may have in the temporary folder, for all kinds of archives. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (Archive any : Archive.values()) {
            DeployPayload payload = new DeployPayload(tag, temp, any);
            if (any != Archive.TREE) {
                files.add(payload.file());
                files.add(temp.resolve(payload.name() + ".part"));
            }
            files.add(payload.torrent());
        }
        return files;
    }

    /** The torrent that {@code pack} made. */
    Metainfo readTorrent() throws CommandException, IOException {
        if (!Files.exists(torrent())) {
            throw CommandException.failed(torrent() + " is not there; create_torrent makes it");
        }
        try {
            return Metainfo.read(torrent());
        } catch (MetainfoException e) {
            throw CommandException.failed(torrent() + " is no valid torrent: " + e.getMessage() + "; create_torrent makes a new one", e);
        }
    }

    /**
     * This payload in a folder that only this user can write to: the temporary folder, or a new
     * folder in it. So nobody can change verified files, and files of other users do no harm.
     */
    DeployPayload makeOwn() throws CommandException {
        try {
            Files.createDirectories(temp);
            return OwnFolder.isOurs(temp.toRealPath()) ? this : in(OwnFolder.in(temp, ownName(), true));
        } catch (IOException e) {
            throw CommandException.failed("cannot make the temporary folder " + temp + ": " + Failures.describe(e), e);
        }
    }

    /** Like {@link #makeOwn}, but creates no folder. */
    DeployPayload findOwn() throws CommandException {
        try {
            if (!Files.isDirectory(temp) || OwnFolder.isOurs(temp.toRealPath())) {
                return this;
            }
            Path own = OwnFolder.in(temp, ownName(), false);
            // Other entries may belong to anybody.
            return in(own == null ? temp.resolve(ownName()) : own);
        } catch (IOException e) {
            throw CommandException.failed("cannot look into the temporary folder " + temp + ": " + Failures.describe(e), e);
        }
    }

    /** Not the name of the state folder, which may be in the same place. */
    private static String ownName() {
        return "murder-files-" + System.getProperty("user.name", "unknown").replace('/', '_');
    }

    private DeployPayload in(Path folder) {
        return new DeployPayload(tag, folder, archive);
    }
}
