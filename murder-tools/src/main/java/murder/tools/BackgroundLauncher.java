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

/**
 * The process that the user starts for {@code peer}, and for those {@code host} commands that leave
 * something running. It must end as soon as the data is in place, while the engine goes on seeding
 * with its connections unbroken, and a JVM cannot fork; so the engine runs from the start in a
 * second process, {@link BackgroundChild}:
 *
 * <pre>
 *   shell, ssh ── launcher ──stdin pipe──▶ child      what the command reads, with its length before it; its end before the
 *                                                     verdict tells the child that the launcher died
 *                     ◀──stdout pipe──                what to print, then the verdict (see {@link BackgroundChild})
 *                                    stderr ─▶ log file
 * </pre>
 *
 * The child inherits nothing that the caller waits for, and has a session of its own, so that the
 * end of an ssh session or of a terminal does not reach it. Whole fleets start at once and hosts
 * may be small: this class loads little and parses nothing.
 */
final class BackgroundLauncher {
    private static final String[] DETACHERS = {"/usr/bin/setsid", "/bin/setsid", "/usr/bin/nohup"};
    /**
     * Stands between launcher and child, waits for the child and ends with its status. The launcher
     * kills it once the verdict is there: a JVM that still has a child has a thread that waits for
     * it inside the system, and waits 300 ms for that one before it exits. It holds no end of the
     * child's pipes, and a Ctrl-C is the launcher's affair.
     */
    private static final String WAIT = "exec 3<&0; \"$@\" <&3 3<&- & trap '' HUP INT TERM; exec </dev/null >/dev/null 3<&-; wait $!";
    private static final File SHELL = new File("/bin/sh");
    /** How long the launcher waits for the end of the child when it has to end. */
    private static final long CHILD_ENDS_MS = 1900;
    /** The engine takes no longer metadata from peers. */
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
            // Before the child is there: how much memory it needs follows from the torrent.
            input = background.readsInput() ? System.in.readNBytes(BackgroundChild.MAX_INPUT + 1) : new byte[0];
            log = StateFolder.open(System.getenv()).logFile(background.role(), StateFolder.ownPid()).toFile();
            long torrentBytes = Math.max(input.length, torrentBytes(background, args));
            ProcessBuilder builder = new ProcessBuilder(command(background, args, torrentBytes, terminal, log));
            // Appending, so that the child can cut the file short when it has grown too long.
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
            // Not exit, whose hook is for an early end: now the child goes on alone.
            Runtime.getRuntime().halt(status);
        }
        System.exit(status);
    }

    /** Ends the shell that waits for the child, and with it our own waiting for the shell. */
    private static void leave(Process waiter) {
        if (!SHELL.canExecute()) {
            return; // The process is the child itself: it stays, and this one ends a little later.
        }
        waiter.destroyForcibly();
        try {
            waiter.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How long the torrent may be that the child will read, as far as the command line tells. */
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
        String classPath = ChildJvm.classPath();
        command.add(ChildJvm.java());
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

    /** Passes on the input with its length before it. */
    static void pass(byte[] input, OutputStream child) throws IOException {
        byte[] length = {(byte) (input.length >> 24), (byte) (input.length >> 16), (byte) (input.length >> 8), (byte) input.length};
        try {
            child.write(length);
            child.write(input);
            child.flush();
        } catch (IOException e) {
            return; // The child refused the command line and is gone already: its verdict tells why.
        }
    }

    /**
     * Prints what the child sends until its verdict.
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
            return "stopped by signal " + (status - 128) + " before every byte was in place; run it again and it goes on where it was";
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
     * SIGTERM or Ctrl-C came before the verdict: lets the child see the end of its input, and waits
     * while it saves its state.
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
