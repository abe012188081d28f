package murder.tools;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.CommandException;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.StateFolder;
import murder.tools.host.HostCommands;
import murder.tools.run.ClassArchive;

/**
 * The process that the user starts for {@code peer}, and for {@code host} commands that start a
 * background process. It must end when the data is in place. The engine must then continue to seed
 * over the same connections. A JVM cannot fork, so the engine runs in a second process from the
 * start, {@link BackgroundChild}:
 *
 * <pre>
 *   shell, ssh ── launcher ──stdin pipe──▶ child      what the command reads, with its length before it; its end before the
 *                                                     verdict tells the child that the launcher died
 *                     ◀──stdout pipe──                what to print, then the verdict (see {@link BackgroundChild})
 *                                    stderr ─▶ log file
 * </pre>
 *
 * The child inherits no descriptor that the caller waits for. It has its own session, so it
 * survives the end of the ssh session or the terminal. Whole fleets start at once on small hosts,
 * so this class loads little and parses nothing.
 */
final class BackgroundLauncher {
    private static final String[] DETACHERS = {"/usr/bin/setsid", "/bin/setsid", "/usr/bin/nohup"};
    /**
     * A shell between launcher and child. It waits for the child and ends with its status. The
     * launcher kills the shell after the verdict. A JVM with a living child has a thread that waits
     * inside the system, and the JVM waits 300 ms for that thread before it exits. The shell holds
     * no end of the child's pipes and ignores Ctrl-C.
     */
    private static final String WAIT = "exec 3<&0; \"$@\" <&3 3<&- & trap '' HUP INT TERM; exec </dev/null >/dev/null 3<&-; wait $!";
    private static final File SHELL = new File("/bin/sh");
    /** How long the launcher waits for the end of the child when it has to end. */
    private static final long CHILD_ENDS_MS = 1900;
    /** The engine accepts no longer metadata from peers. */
    private static final int MAX_METADATA = 16 << 20;

    private BackgroundLauncher() {
    }

    /** Whether this command line leaves a process in the background. */
    static boolean takes(String[] args) {
        if (BackgroundCommand.of(args) == null) {
            return false;
        }
        for (String arg : args) {
            if (arg.equals("--")) {
                return true;
            }
            if (arg.equals("--foreground") || arg.equals("--help") || arg.equals("-h")) {
                return false;
            }
        }
        return true;
    }

    /** Runs the command line in a child and ends this process with the child's verdict. */
    static void launch(String[] args, boolean terminal) {
        BackgroundCommand background = BackgroundCommand.of(args);
        String name = background.words();
        File log = null;
        Process child;
        byte[] input;
        try {
            // Before the child starts: its memory depends on the torrent.
            input = background.readsInput() ? System.in.readNBytes(BackgroundChild.MAX_INPUT + 1) : new byte[0];
            log = StateFolder.open(System.getenv()).logFile(background.role(), StateFolder.ownPid()).toFile();
            long torrentBytes = Math.max(input.length, torrentBytes(background, args));
            ProcessBuilder builder = new ProcessBuilder(command(background, args, torrentBytes, terminal, log));
            // Appending, so that the child can truncate a long file.
            builder.redirectError(ProcessBuilder.Redirect.appendTo(log));
            child = builder.start();
        } catch (CommandException e) {
            end(name, e.getMessage());
            return;
        } catch (IOException e) {
            end(name, "cannot start the background process: " + e.getMessage() + (log == null ? "" : " (its log: " + log + ")"));
            return;
        }
        Runtime.getRuntime().addShutdownHook(new ChildEnds(child));
        int status;
        try {
            if (background.readsInput()) {
                pass(input, child.getOutputStream());
            }
            status = relay(child.getInputStream());
            if (status < 0) {
                end(name, died(child.waitFor(), log));
                return;
            }
        } catch (IOException | InterruptedException e) {
            end(name, "lost the background process: " + e.getMessage() + "; its log: " + log);
            return;
        }
        System.out.flush();
        System.err.flush();
        if (status == ExitStatus.DONE) {
            leave(child);
            // Not exit: its hook ends the child, and the child must continue alone.
            Runtime.getRuntime().halt(status);
        }
        System.exit(status);
    }

    /** Ends the shell that waits for the child. Then this JVM has no child to wait for. */
    private static void leave(Process waiter) {
        if (!SHELL.canExecute()) {
            return; // There is no shell: the child stays, and this process ends a little later.
        }
        waiter.destroyForcibly();
        try {
            waiter.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The greatest length of the torrent that the child will read, according to the command line.
     */
    static long torrentBytes(BackgroundCommand background, String[] args) throws CommandException {
        long bytes = background == BackgroundCommand.START_SEEDING ? HostCommands.seededTorrentBytes(args) : 0;
        for (String arg : args) {
            if (arg.startsWith("magnet:")) {
                bytes = Math.max(bytes, MAX_METADATA);
            } else if (arg.startsWith("http://") || arg.startsWith("https://")) {
                bytes = Math.max(bytes, TorrentSource.MAX_DOWNLOAD);
            } else if (arg.endsWith(".torrent")) {
                bytes = Math.max(bytes, new File(arg).length());
            }
        }
        return Math.min(bytes, BackgroundChild.MAX_INPUT);
    }

    private static List<String> command(BackgroundCommand background, String[] args, long torrentBytes, boolean terminal, File log)
        throws IOException {
        List<String> command = new ArrayList<>();
        if (SHELL.canExecute()) {
            command.add(SHELL.getPath());
            command.add("-c");
            command.add(WAIT);
            command.add("sh");
        }
        for (String detacher : DETACHERS) {
            if (new File(detacher).canExecute()) {
                command.add(detacher);
                break;
            }
        }
        String classPath = ClassArchive.ownClassPath();
        command.add(ClassArchive.java());
        ChildJvm.options(command, background, torrentBytes, ClassArchive.find(classPath), System.getenv("MURDER_JAVA_OPTS"));
        command.add("-cp");
        command.add(classPath);
        command.add("murder.tools.BackgroundChild");
        command.add(terminal ? BackgroundChild.TERMINAL : BackgroundChild.PLAIN);
        command.add(log.getPath());
        for (String arg : args) {
            command.add(arg);
        }
        return command;
    }

    /** Sends the input's length, then the input. */
    static void pass(byte[] input, OutputStream child) throws IOException {
        byte[] length = {(byte) (input.length >> 24), (byte) (input.length >> 16), (byte) (input.length >> 8), (byte) input.length};
        try {
            child.write(length);
            child.write(input);
            child.flush();
        } catch (IOException e) {
            return; // The child refused the command line and has ended. Its verdict has the reason.
        }
    }

    /**
     * Prints the output of the child until its verdict.
     *
     * @return the exit status, or -1 if the child ended without a verdict
     */
    private static int relay(InputStream in) throws IOException {
        byte[] buffer = new byte[8192];
        OutputStream target = System.out;
        int status = -1;
        boolean statusNext = false;
        int n;
        while ((n = in.read(buffer)) >= 0) {
            int from = 0;
            for (int i = 0; i < n && status < 0; i++) {
                if (statusNext) {
                    status = buffer[i];
                    target = System.err;
                    from = i + 1;
                } else if (buffer[i] == BackgroundChild.VERDICT) {
                    target.write(buffer, from, i - from);
                    target.flush();
                    statusNext = true;
                    from = i + 1;
                }
            }
            target.write(buffer, from, n - from);
            target.flush();
        }
        return status;
    }

    private static String died(int status, File log) {
        if (status > 128) {
            return "stopped by signal " + (status - 128) + " before every byte was in place; run it again to continue";
        }
        return "the background process ended too early, with status " + status + "; its log: " + log;
    }

    private static void end(String name, String message) {
        System.out.flush();
        System.err.println("murder " + name + ": " + message);
        System.err.flush();
        System.exit(ExitStatus.FAILED);
    }

    /**
     * After SIGTERM or Ctrl-C before the verdict: closes the child's input, and waits while the
     * child saves its state.
     */
    private static final class ChildEnds extends Thread {
        private final Process child;

        ChildEnds(Process child) {
            this.child = child;
        }

        @Override
        public void run() {
            try {
                child.getOutputStream().close();
                child.waitFor(CHILD_ENDS_MS, TimeUnit.MILLISECONDS);
            } catch (IOException e) {
                child.destroy();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
