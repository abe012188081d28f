package murder.tools;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.StringTokenizer;

/**
 * The second JVM of some commands: its program, its options and its class archive.
 */
final class ChildJvm {
    private static final int MIB = 1 << 20;
    private static final int HEAP_MIB = 256;
    /**
     * Heap for the names of a torrent's files. 150,000 files with names of 130 characters make a
     * torrent of 21 MiB. The peer holds 244 MiB while it fetches them, and more while it reads the
     * torrent.
     */
    private static final int HEAP_PER_TORRENT_BYTE = 20;

    private ChildJvm() {
    }

    /** The java program of this JVM, to start another one. */
    static String java() {
        return System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    }

    /**
     * The class path of this JVM, to start another one. The path of a jar is canonical: it does not
     * depend on the working directory or on links. A class archive fits only the path with which it
     * was made.
     */
    static String classPath() throws IOException {
        String classPath = System.getProperty("java.class.path");
        return ClassArchive.isJar(classPath) ? new File(classPath).getCanonicalPath() : classPath;
    }

    /**
     * Adds the options of the background process. It shares its host with other programs.
     *
     * @param torrentBytes length of the torrent that it will read; 0 if it is small or unknown
     * @param archive of classes, which fits; or null
     * @param more options that the user sets, which win; or null
     */
    static void options(List<String> command, BackgroundCommand background, long torrentBytes, ClassArchive archive, String more) {
        if (archive != null) {
            command.add("-XX:SharedArchiveFile=" + archive.path());
        }
        command.add("-Xshare:auto");
        // The JVM would print its own messages to standard output, which is for the user.
        command.add("-Xlog:disable");
        // One collector thread and no remembered sets: it starts faster and takes less memory. The
        // heap is small, because payload uses few buffers and memory-mapped files.
        command.add("-XX:+UseSerialGC");
        command.add("-Xms24m");
        command.add("-Xmx" + (HEAP_MIB + torrentBytes / MIB * HEAP_PER_TORRENT_BYTE) + "m");
        // Without the file that monitoring tools map. This saves its creation and 32 KiB of memory.
        command.add("-XX:-UsePerfData");
        // A peer without memory ends, and its launcher says so. Otherwise it would continue without
        // one of its threads.
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        if (background == BackgroundCommand.START_TRACKER) {
            // A tracker works in bursts of a second. In a burst the second compiler costs more than
            // it saves.
            command.add("-XX:TieredStopAtLevel=1");
        } else {
            compileLate(command);
        }
        if (more != null) {
            StringTokenizer words = new StringTokenizer(more);
            while (words.hasMoreTokens()) {
                command.add(words.nextToken());
            }
        }
    }

    /**
     * All peers start at the same moment and wait for each other's pieces. So these options compile
     * little at the start.
     */
    private static void compileLate(List<String> command) {
        // Fast hashing needs the SHA-1 instructions, which only the second compiler uses. So the
        // compiler stays on, but only for code that runs a million times. By default it takes a
        // third of the processor time of a 100 MB transfer.
        command.add("-XX:Tier4InvocationThreshold=50000");
        command.add("-XX:Tier4MinInvocationThreshold=6000");
        command.add("-XX:Tier4CompileThreshold=150000");
        command.add("-XX:Tier4BackEdgeThreshold=400000");
        // The second compiler compiles SHA-1 at once. Until then the disk threads hash in Java
        // code.
        command.add("-XX:CompileCommand=quiet");
        command.add("-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.DigestBase::implCompressMultiBlock*,0.001");
        // The first compiler waits for five times the default number of calls, because most code of
        // a start runs a few hundred times.
        command.add("-XX:Tier3InvocationThreshold=1000");
        command.add("-XX:Tier3MinInvocationThreshold=500");
        command.add("-XX:Tier3CompileThreshold=5000");
    }
}
