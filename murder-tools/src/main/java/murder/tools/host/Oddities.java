package murder.tools.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.CommandException;
import murder.tools.cli.Printable;

/**
 * Properties of files that copies on other hosts will lose. The user who packs the tree gets a
 * warning.
 */
final class Oddities {
    private static final int SET_ID = 06000;
    private static final int STICKY = 01000;
    /** Ordinary users often have no system programs on their PATH. */
    private static final List<String> GETCAP = List.of("getcap", "/usr/sbin/getcap", "/sbin/getcap");

    private final Path tree;
    private final List<String> excluded;
    private final boolean keepsSticky;
    private final Kind setId = new Kind("lose their setuid or setgid bit");
    private final Kind sticky = new Kind("lose their sticky bit");
    private final Kind attributes = new Kind("lose their extended attributes");
    private final Kind capabilities = new Kind("lose their capabilities (setcap)");

    private Oddities(Path tree, List<String> excluded, boolean keepsSticky) {
        this.tree = tree;
        this.excluded = excluded;
        this.keepsSticky = keepsSticky;
    }

    /** The number of one kind, and the first one. */
    private static final class Kind {
        private final String fate;
        private int count;
        private String first = "";

        Kind(String fate) {
            this.fate = fate;
        }

        void add(String name) {
            first = count == 0 ? name : first;
            count++;
        }
    }

    /**
     * One line for each kind.
     *
     * @param excluded beginnings of names that do not travel
     * @param keepsSticky whether directories keep their sticky bit, as they do in archives
     */
    static List<String> warnings(Path tree, List<String> excluded, boolean keepsSticky) throws IOException, InterruptedException {
        Oddities found = new Oddities(tree, excluded, keepsSticky);
        found.visit();
        found.askForCapabilities();
        List<String> warnings = new ArrayList<>();
        for (Kind kind : List.of(found.setId, found.sticky, found.attributes, found.capabilities)) {
            if (kind.count > 0) {
                warnings.add(kind.count + " of the files " + kind.fate + " on the way, such as "
                    + Printable.of(kind.first));
            }
        }
        return warnings;
    }

    private void visit() throws IOException {
        if (!tree.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes basic) throws IOException {
                if (!directory.equals(tree) && excluded.stream().anyMatch(directory.getFileName().toString()::startsWith)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                look(directory, true);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes basic) throws IOException {
                if (basic.isRegularFile() && excluded.stream().noneMatch(file.getFileName().toString()::startsWith)) {
                    look(file, false);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void look(Path path, boolean directory) throws IOException {
        String name = tree.relativize(path).toString();
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & SET_ID) != 0) {
            setId.add(name);
        }
        if ((mode & STICKY) != 0 && !(directory && keepsSticky)) {
            sticky.add(name);
        }
        UserDefinedFileAttributeView view = Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        try {
            if (view != null && !view.list().isEmpty()) {
                attributes.add(name);
            }
        } catch (IOException e) {
            return; // This file system has none, or hides them from this user.
        }
    }

    /** Java cannot read them, but {@code getcap} can, if it is installed. */
    private void askForCapabilities() throws IOException, InterruptedException {
        for (String program : GETCAP) {
            try (Subprocess getcap = Subprocess.start(ProcessBuilder.Redirect.PIPE, List.of(program, "-r", tree.toString()));
                 BufferedReader lines = new BufferedReader(new InputStreamReader(getcap.output(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    int end = line.contains(" = cap_") ? line.indexOf(" = cap_") : line.indexOf(" cap_");
                    int begin = line.startsWith(tree + "/") ? tree.toString().length() + 1 : 0;
                    if (end > begin) {
                        // The name is only for a message, so it may have any bytes.
                        capabilities.add(line.substring(begin, end));
                    }
                }
                getcap.await();
                return;
            } catch (CommandException e) {
                continue; // It is not there.
            }
        }
    }
}
