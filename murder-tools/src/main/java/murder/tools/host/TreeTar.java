package murder.tools.host;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a directory as a tar archive in GNU's format, sorted by the bytes of names, without owners
 * and times, like GNU tar with {@code --sort=name}. For hosts whose tar lacks such options
 * (busybox, bsdtar, GNU before 1.28). It can pack only names that are text in this locale; tar can
 * pack all names.
 */
final class TreeTar extends InputStream {
    private static final String LONG = "././@LongLink";
    private static final int TYPE = 0170000;

    private final Path root;
    private final List<String> excluded;
    /** The remaining entries, the next one last. */
    private final Deque<Path> left = new ArrayDeque<>();
    private final Map<Object, String> hardLinks = new HashMap<>();
    private final Deque<InputStream> parts = new ArrayDeque<>();
    private boolean ended;

    /** @param excluded beginnings of names that are left out */
    TreeTar(Path root, List<String> excluded) {
        this.root = root;
        this.excluded = excluded;
        left.addLast(root);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (true) {
            if (parts.isEmpty() && !next()) {
                return -1;
            }
            int n = parts.getFirst().read(bytes, offset, length);
            if (n >= 0) {
                return n;
            }
            parts.removeFirst().close();
        }
    }

    private boolean next() throws IOException {
        if (left.isEmpty()) {
            boolean first = !ended;
            ended = true;
            add(first ? new byte[2 * TarBlock.LENGTH] : new byte[0]);
            return first;
        }
        Path path = left.removeLast();
        Map<String, Object> found = Files.readAttributes(path, "unix:mode,nlink,fileKey,size", LinkOption.NOFOLLOW_LINKS);
        int mode = (Integer) found.get("mode");
        String name = "./" + bytes(root.relativize(path));
        switch (mode & TYPE) {
            case 0040000 -> {
                header('5', path.equals(root) ? "./" : name + "/", "", mode, 0);
                children(path);
            }
            case 0120000 -> header('2', name, bytes(Files.readSymbolicLink(path)), mode, 0);
            case 0100000 -> {
                String first = (Integer) found.get("nlink") > 1 ? hardLinks.putIfAbsent(found.get("fileKey"), name) : null;
                if (first != null) {
                    header('1', name, first, mode, 0);
                } else {
                    file(path, name, mode, (Long) found.get("size"));
                }
            }
            case 0020000, 0060000 -> header('3', name, "", mode, 0);
            case 0010000 -> header('6', name, "", mode, 0);
            default -> {
                return next(); // A socket, which tar leaves out too.
            }
        }
        return true;
    }

    private void children(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (excluded.stream().noneMatch(entry.getFileName().toString()::startsWith)) {
                    children.add(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        children.sort((a, b) -> Arrays.compareUnsigned(utf8(b), utf8(a)));
        children.forEach(left::addLast);
    }

    private static byte[] utf8(Path path) {
        return path.getFileName().toString().getBytes(StandardCharsets.UTF_8);
    }

    /** As bytes, one in each char. */
    private static String bytes(Path path) throws ArchiveException {
        String text = path.toString();
        if (!path.getFileSystem().getPath(text).equals(path)) {
            throw new ArchiveException("member '" + text + "' has a name that is no text in this locale; this host's tar cannot sort, so"
                + " rename it or install GNU tar");
        }
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private void file(Path path, String name, int mode, long size) throws IOException {
        header('0', name, "", mode, size);
        parts.addLast(new Exactly(Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS), path, size));
        add(new byte[TarReader.padding(size)]);
    }

    private void header(char type, String name, String link, int mode, long size) {
        if (!TarBlock.fits(link)) {
            longText('K', link);
        }
        if (!TarBlock.fits(name)) {
            longText('L', name);
        }
        add(TarBlock.of(type, name, link, mode & 07777, size, 0));
    }

    private void longText(char type, String text) {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.ISO_8859_1);
        add(TarBlock.of(type, LONG, "", 0644, bytes.length, 0));
        add(bytes);
        add(new byte[TarReader.padding(bytes.length)]);
    }

    private void add(byte[] bytes) {
        parts.addLast(new ByteArrayInputStream(bytes));
    }

    @Override
    public void close() throws IOException {
        for (InputStream part : parts) {
            part.close();
        }
    }

    /** The file's bytes, up to the length in its header. */
    private static final class Exactly extends InputStream {
        private final InputStream in;
        private final Path path;
        private long left;

        Exactly(InputStream in, Path path, long length) {
            this.in = in;
            this.path = path;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = in.read(bytes, offset, (int) Math.min(length, left));
            if (n < 0) {
                throw new ArchiveException(path + " became shorter while it was packed");
            }
            left -= n;
            return n;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
