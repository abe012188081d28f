package murder.tools;

import java.util.List;
import java.util.StringTokenizer;
import murder.tools.agent.AgentStart;
import murder.tools.run.ClassArchive;

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

    /**
     * Adds the options of the background process. It shares its host with other programs.
     *
     * @param torrentBytes length of the torrent that it will read; 0 if it is small or unknown
     * @param archive of classes, which fits; or null
     * @param more options that the user sets, which win; or null
     */
    static void options(List<String> command, BackgroundCommand background, long torrentBytes, ClassArchive archive, String more) {
        if (archive != null) {
            command.add(archive.option());
        }
        command.addAll(AgentStart.commonOptions());
        command.addAll(AgentStart.processorOptions());
        // The heap is small, because payload uses few buffers and memory-mapped files.
        command.add("-Xms24m");
        command.add("-Xmx" + (HEAP_MIB + torrentBytes / MIB * HEAP_PER_TORRENT_BYTE) + "m");
        // A peer without memory ends, and its launcher says so. Otherwise it would continue without
        // one of its threads.
        command.add("-XX:+ExitOnOutOfMemoryError");
        if (background == BackgroundCommand.START_TRACKER) {
            // A tracker works in bursts of a second. In a burst the second compiler costs more than
            // it saves.
            command.add("-XX:TieredStopAtLevel=1");
        } else {
            AgentStart.compileLate(command);
            AgentStart.countNothing(command);
        }
        if (more != null) {
            StringTokenizer words = new StringTokenizer(more);
            while (words.hasMoreTokens()) {
                command.add(words.nextToken());
            }
        }
    }
}
