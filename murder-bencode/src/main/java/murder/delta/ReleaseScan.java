package murder.delta;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import murder.hash.Sha256;

/** Makes the entries of a manifest from files on disk. */
final class ReleaseScan {
    private static final int BUFFER = 1 << 18;

    private final Path root;
    private final Manifest.Selection selection;
    private final ExecutorService cores;
    private final List<Future<Manifest.Entry>> entries = new ArrayList<>();

    private ReleaseScan(Path root, Manifest.Selection selection, ExecutorService cores) {
        this.root = root;
        this.selection = selection;
        this.cores = cores;
    }

    /** All entries, with the hashes of the files. */
    static List<Manifest.Entry> of(Path release, Manifest.Selection selection) throws IOException, InterruptedException {
        Path root = release.toRealPath();
        ExecutorService cores = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), task -> {
            Thread thread = new Thread(task, "murder-manifest");
            thread.setDaemon(true);
            return thread;
        });
        try {
            ReleaseScan scan = new ReleaseScan(root, selection, cores);
            walk(root, selection, scan::add);
            return scan.hashed();
        } finally {
            cores.shutdownNow();
        }
    }

    private List<Manifest.Entry> hashed() throws IOException, InterruptedException {
        List<Manifest.Entry> all = new ArrayList<>(entries.size());
        try {
            for (Future<Manifest.Entry> entry : entries) {
                all.add(entry.get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
        return sorted(all);
    }

    /** Sorted by the bytes of the paths. */
    private static List<Manifest.Entry> sorted(List<Manifest.Entry> entries) {
        TreeMap<byte[], Manifest.Entry> sorted = new TreeMap<>(Arrays::compareUnsigned);
        entries.forEach(entry -> sorted.put(entry.path().getBytes(StandardCharsets.UTF_8), entry));
        return new ArrayList<>(sorted.values());
    }

    /** Only the files, with their lengths, and without hashes and modes: reads no content. */
    static List<Manifest.Entry> list(Path release, Manifest.Selection selection) throws IOException {
        Path root = release.toRealPath();
        List<Manifest.Entry> files = new ArrayList<>();
        walk(root, selection, (file, attributes) -> {
            if (attributes.isRegularFile()) {
                files.add(new Manifest.Entry(path(root, file), Manifest.Kind.FILE, 0, attributes.size(), new byte[0], ""));
            }
        });
        return sorted(files);
    }

    /** Gets each entry that is selected, a directory before what is in it. */
    private interface Found {
        void add(Path at, BasicFileAttributes attributes) throws IOException;
    }

    private static void walk(Path root, Manifest.Selection selection, Found found) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
                return visit(directory, attributes) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                visit(file, attributes);
                return FileVisitResult.CONTINUE;
            }

            private boolean visit(Path at, BasicFileAttributes attributes) throws IOException {
                boolean isSelected = at.equals(root) || selection.has(at);
                if (isSelected) {
                    found.add(at, attributes);
                }
                return isSelected;
            }
        });
    }

    private void add(Path at, BasicFileAttributes attributes) throws IOException {
        String path = path(root, at);
        if (attributes.isDirectory()) {
            int mode = mode(at);
            entries.add(cores.submit(() -> new Manifest.Entry(path, Manifest.Kind.DIRECTORY, mode, 0, new byte[0], "")));
        } else if (attributes.isSymbolicLink()) {
            String target = selection.target(path, Files.readSymbolicLink(at).toString());
            entries.add(cores.submit(() -> new Manifest.Entry(path, Manifest.Kind.SYMLINK, 0777, 0, new byte[0], target)));
        } else if (attributes.isRegularFile()) {
            int mode = mode(at);
            entries.add(cores.submit(() -> new Manifest.Entry(path, Manifest.Kind.FILE, mode, attributes.size(),
                sha256(at, attributes.size()), "")));
        } else {
            throw new IOException(at + " is neither a file, a directory nor a link");
        }
    }

    private static String path(Path root, Path at) {
        return at.equals(root) ? "" : root.relativize(at).toString().replace(at.getFileSystem().getSeparator(), "/");
    }

    private static int mode(Path file) throws IOException {
        int mode = 0;
        for (PosixFilePermission permission : Files.readAttributes(file, PosixFileAttributes.class).permissions()) {
            mode |= 0400 >> permission.ordinal();
        }
        return mode;
    }

    private static byte[] sha256(Path file, long length) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, length))];
        long left = length;
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                left -= n;
            }
        }
        if (left != 0) {
            throw new IOException(file + " changed while it was read");
        }
        return digest.digest();
    }
}
