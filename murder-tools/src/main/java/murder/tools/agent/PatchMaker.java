package murder.tools.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import murder.delta.Manifest;
import murder.delta.Patch;
import murder.tools.cli.Failures;
import murder.tools.cli.Printable;
import murder.tools.host.Packing;
import murder.tools.host.SymbolicLinks;
import murder.tools.run.ClassArchive;

/**
 * Makes a patch in a separate process. The index of the old release takes a third of its bytes,
 * which is more than an agent's memory. The end of the process frees all of it. The process ends
 * with its standard input, so it does not survive its agent.
 */
final class PatchMaker {
    private static final int MIB = 1 << 20;
    /** Memory for everything except the index and the manifests. */
    private static final int HEAP_MIB = 26;
    private static final double HEAP_PER_OLD_BYTE = 0.32;
    /** Memory for the lines of manifests. */
    private static final int HEAP_PER_FILE = 1024;
    private static final int MAX_PRINTED = 4096;

    private PatchMaker() {
    }

    // ---- in the agent

    /**
     * Makes the patch from a release to the release that hosts would unpack from a source.
     *
     * @throws IOException if it fails; the message has the reason
     */
    static void make(Path old, Path source, boolean keepLinks, Path patch) throws IOException, InterruptedException {
        String classPath = ClassArchive.ownClassPath();
        ClassArchive archive = ClassArchive.find(classPath);
        List<String> command = new ArrayList<>(List.of(ClassArchive.java()));
        if (archive != null) {
            command.add(archive.option());
        }
        command.addAll(AgentStart.commonOptions());
        command.addAll(AgentStart.processorOptions());
        AgentStart.compileLate(command);
        // The young generation is small, so the old one has room for the index.
        command.addAll(List.of("-Xmn8m", "-Xmx" + heapMib(old, source) + "m", "-XX:+ExitOnOutOfMemoryError",
            "-cp", classPath, PatchMaker.class.getName(), old.toString(), source.toString(),
            patch.toString(), keepLinks ? "keep" : ""));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            // Its output fits into the pipe. An interrupt can end this wait, but not a read.
            int status = process.waitFor();
            String printed = new String(process.getInputStream().readNBytes(MAX_PRINTED), StandardCharsets.UTF_8).strip();
            if (status != 0) {
                throw new IOException(printed.isEmpty() ? "making a patch ended with status " + status
                    : Printable.of(printed.replace('\n', ' ')));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static long heapMib(Path old, Path source) throws IOException {
        Size ofOld = new Size();
        Size ofSource = new Size();
        Files.walkFileTree(old, ofOld);
        Files.walkFileTree(source, ofSource);
        return HEAP_MIB + ((long) (HEAP_PER_OLD_BYTE * ofOld.bytes) + (long) HEAP_PER_FILE * (ofOld.files + ofSource.files)) / MIB;
    }

    private static final class Size extends SimpleFileVisitor<Path> {
        private long bytes;
        private int files;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes += attributes.size();
            files++;
            return FileVisitResult.CONTINUE;
        }
    }

    // ---- in the process

    /** @param words the old release, the source, the patch, "keep" to keep all links */
    public static void main(String[] words) {
        Thread watch = new Thread(PatchMaker::endWithInput, "watch");
        watch.setDaemon(true);
        watch.start();
        int status = 0;
        try {
            write(Path.of(words[0]), Path.of(words[1]), words[3].equals("keep"), Path.of(words[2]));
        } catch (IOException e) {
            System.out.println(Failures.describe(e));
            status = 1;
        } catch (InterruptedException e) {
            System.out.println("interrupted");
            status = 1;
        }
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }

    static void write(Path old, Path source, boolean keepLinks, Path patch) throws IOException, InterruptedException {
        Manifest base = Manifest.of(old, PatchJobs.RELEASE);
        Manifest target = Manifest.of(source, new Packed(SymbolicLinks.of(source, keepLinks)));
        Patch.make(old, base, source, target, patch);
        Files.write(same(patch), base.same(target));
    }

    /** The file that says which files of the old release the patch does not change. */
    static Path same(Path patch) {
        return patch.resolveSibling("same");
    }

    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) {
                continue; // No process writes to it.
            }
        } catch (IOException e) {
            System.err.println("input: " + e.getMessage());
        }
        Runtime.getRuntime().halt(1);
    }

    /** The entries of a source that travel in an archive, and the treatment of its links. */
    private static final class Packed implements Manifest.Selection {
        private static final int TYPE = 0170000;
        private static final int DIRECTORY = 0040000;
        private static final int STICKY = 01000;

        private final SymbolicLinks links;
        private final Set<Object> linked = new HashSet<>();

        Packed(SymbolicLinks links) {
            this.links = links;
        }

        @Override
        public boolean has(Path file) throws IOException {
            if (Packing.isExcluded(file)) {
                return false;
            }
            Map<String, Object> found = Files.readAttributes(file, "unix:mode,nlink,fileKey", LinkOption.NOFOLLOW_LINKS);
            int mode = (Integer) found.get("mode");
            boolean isDirectory = (mode & TYPE) == DIRECTORY;
            if (isDirectory && (mode & STICKY) != 0) {
                throw new IOException(file + " has a sticky bit, which no patch keeps");
            } else if (!isDirectory && (Integer) found.get("nlink") > 1 && !linked.add(found.get("fileKey"))) {
                throw new IOException(file + " is a hard link, which no patch keeps");
            }
            return true;
        }

        @Override
        public String target(String path, String target) throws IOException {
            return utf8(links.accept(bytes(path), bytes(target)));
        }

        /** One byte in each char. */
        private static String bytes(String text) {
            return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        }

        private static String utf8(String bytes) {
            return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }
    }
}
