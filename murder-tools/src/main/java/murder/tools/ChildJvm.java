package murder.tools;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.StringTokenizer;

/**
 * The second JVM that some commands run in: which program it is, its options, and the archive of
 * classes that it starts from.
 */
final class ChildJvm {
    private static final int MIB = 1 << 20;
    private static final int HEAP_MIB = 256;
    /**
     * For the names of a torrent's files. 150,000 files with names of 130 characters are a torrent
     * of 21 MiB; 244 MiB live while it is fetched, and more while it is read.
     */
    private static final int HEAP_PER_TORRENT_BYTE = 20;

    private ChildJvm() {
    }

    /** The program that runs this JVM, for another one. */
    static String java() {
        return System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    }

    /**
     * Where the classes of this JVM come from, for another one. The path of a jar is the same
     * whatever directory the user is in and whichever link the user names, because a class archive
     * is only for the path with which it was made.
     */
    static String classPath() throws IOException {
        String classPath = System.getProperty("java.class.path");
        return ClassArchive.isJar(classPath) ? new File(classPath).getCanonicalPath() : classPath;
    }

    /**
     * Adds the options of the background process. It shares its host with what runs there.
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
        // The JVM's own remarks would go to standard output, which is for what the user is to read.
        command.add("-Xlog:disable");
        // One collector thread, no remembered sets: starts sooner and takes less memory; the heap
        // is small anyway, as payload passes through few buffers and memory-mapped files.
        command.add("-XX:+UseSerialGC");
        command.add("-Xms24m");
        command.add("-Xmx" + (HEAP_MIB + torrentBytes / MIB * HEAP_PER_TORRENT_BYTE) + "m");
        // No file under the temporary folder that monitoring tools map; saves its creation and 32
        // KiB of memory.
        command.add("-XX:-UsePerfData");
        // A peer that has no memory left ends, and its launcher says so, instead of going on
        // without one of its threads.
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        if (background == BackgroundCommand.START_TRACKER) {
            // A tracker lives from bursts of a second, in which the second compiler costs more than
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
     * Peers of all hosts start at the same moment and wait for each other's pieces. So little is
     * compiled at the start.
     */
    private static void compileLate(List<String> command) {
        // Hashing at full speed needs the SHA-1 instructions that only the second compiler uses, so
        // it stays on. But it is kept for what runs a million times: by default it takes a third of
        // the processor time of a 100 MB transfer for itself.
        command.add("-XX:Tier4InvocationThreshold=50000");
        command.add("-XX:Tier4MinInvocationThreshold=6000");
        command.add("-XX:Tier4CompileThreshold=150000");
        command.add("-XX:Tier4BackEdgeThreshold=400000");
        // For hashing it comes at once: until then SHA-1 is Java code, on all threads of the disk.
        command.add("-XX:CompileCommand=quiet");
        command.add("-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.DigestBase::implCompressMultiBlock*,0.001");
        // The first compiler waits for five times as many calls as by default: most of what a start
        // runs is run a few hundred times.
        command.add("-XX:Tier3InvocationThreshold=1000");
        command.add("-XX:Tier3MinInvocationThreshold=500");
        command.add("-XX:Tier3CompileThreshold=5000");
    }
}
