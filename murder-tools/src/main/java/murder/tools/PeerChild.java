package murder.tools;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.StringTokenizer;

/**
 * The background process of {@code peer}: runs the command and tells its launcher how it ended. What it writes to its standard output
 * is printed by the launcher as it comes; then follows the verdict,
 *
 * <pre>
 *   0x00  status (1 byte)  text for standard error …  end of stream
 * </pre>
 *
 * once the data is in place or the command has failed. After it nothing is written there again. If the end of standard input comes
 * before the verdict, the launcher is gone and nobody wants the data: the process ends as by SIGTERM.
 */
final class PeerChild {
    /** First argument: a person watches the launcher's output on a terminal. */
    static final String TERMINAL = "terminal";
    /** First argument: nobody does. */
    static final String PLAIN = "plain";
    /** Begins the verdict; no text holds it. */
    static final byte VERDICT = 0;

    private PeerChild() {
    }

    /**
     * How the JVM of the child is set up. A peer shares its host with what runs there, and starts at the same moment as the peers
     * of all other hosts, which wait for its pieces.
     */
    static void jvmOptions(List<String> command, String jar, String more) {
        String archive = archiveOf(jar);
        if (archive != null && new File(archive).canRead()) {
            // 'murder prepare' made it: our classes, parsed and verified. A JVM that it does not fit passes over it.
            command.add("-XX:SharedArchiveFile=" + archive);
        }
        command.add("-Xshare:auto");
        // The JVM's own remarks would go to standard output, which is for what the user is to read.
        command.add("-Xlog:disable");
        // One collector thread, no remembered sets: starts sooner and takes less memory; the heap is small anyway, as
        // payload passes through few buffers and memory-mapped files.
        command.add("-XX:+UseSerialGC");
        command.add("-Xms24m");
        command.add("-Xmx256m");
        // No file under the temporary folder that monitoring tools map; saves its creation and 32 KiB of memory.
        command.add("-XX:-UsePerfData");
        // A peer that has no memory left ends, and its launcher says so, instead of going on without one of its threads.
        command.add("-XX:+ExitOnOutOfMemoryError");
        // Both compilers stay on: hashing at full speed needs the SHA-1 instructions that only the second one uses.
        if (more != null) {
            StringTokenizer words = new StringTokenizer(more);
            while (words.hasMoreTokens()) {
                command.add(words.nextToken());
            }
        }
    }

    /** Where the archive of classes for this jar lies; null if the classes do not come from one jar. */
    static String archiveOf(String jar) {
        return jar.endsWith(".jar") && jar.indexOf(File.pathSeparatorChar) < 0 ? jar.substring(0, jar.length() - 4) + ".jsa" : null;
    }

    /**
     * @param args {@link #TERMINAL} or {@link #PLAIN}; the log file, which is standard error; then the arguments of {@code peer}
     */
    public static void main(String[] args) {
        Runtime.getRuntime().addShutdownHook(new EmptyLogRemoval(new File(args[1])));
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        Launcher launcher = new Launcher(errors);
        launcher.watch();
        PrintStream err = new PrintStream(errors, true, StandardCharsets.UTF_8);
        Context context = new Context(System.out, err, System.getenv(), args[0].equals(TERMINAL), launcher);
        String[] words = Arrays.copyOfRange(args, 1, args.length);
        words[0] = "peer";
        int status = Main.run(words, context);
        launcher.tell(status);
        System.exit(status);
    }

    /** Most peers have nothing to say to their log. */
    private static final class EmptyLogRemoval extends Thread {
        private final File log;

        EmptyLogRemoval(File log) {
            this.log = log;
        }

        @Override
        public void run() {
            if (log.length() == 0 && !log.delete()) {
                System.err.println("cannot remove " + log);
            }
        }
    }

    /** The launcher at the other ends of the pipes. */
    private static final class Launcher implements Context.Caller {
        private final ByteArrayOutputStream errors;
        private boolean told;

        Launcher(ByteArrayOutputStream errors) {
            this.errors = errors;
        }

        @Override
        public synchronized void tell(int status) {
            if (told) {
                return;
            }
            told = true;
            System.out.write(VERDICT);
            System.out.write(status);
            byte[] text = errors.toByteArray();
            System.out.write(text, 0, text.length);
            System.out.flush();
            // Closing puts the null device in the place of the pipe; the launcher sees the end of the stream and exits.
            System.out.close();
        }

        private synchronized boolean isTold() {
            return told;
        }

        void watch() {
            Thread watcher = new Thread("launcher-watch") {
                @Override
                public void run() {
                    awaitEnd();
                }
            };
            watcher.setDaemon(true);
            watcher.start();
        }

        private void awaitEnd() {
            try {
                while (System.in.read() >= 0) {
                    continue; // The launcher sends nothing; only the end matters.
                }
            } catch (IOException e) {
                System.err.println("standard input: " + e);
            }
            if (!isTold()) {
                System.exit(ExitStatus.TERMINATED);
            }
        }
    }
}
