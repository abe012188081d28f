package murder.tools;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.RotatingLog;

/**
 * The background process of {@link BackgroundLauncher}: runs the command and tells its launcher how
 * it ended. The launcher prints its standard output at once. The last line is the verdict,
 *
 * <pre>
 *   0x00  status (1 byte)  text for standard error …  end of stream
 * </pre>
 *
 * once the data is in place or the command has failed. Then this process writes nothing more to
 * standard output. If standard input ends before the verdict, the launcher is dead and nobody needs
 * the data. Then this process ends as by SIGTERM.
 */
final class BackgroundChild {
    /** First argument: the launcher's output goes to a terminal. */
    static final String TERMINAL = "terminal";
    /** First argument: it does not. */
    static final String PLAIN = "plain";
    /** Begins the verdict; no other output contains it. */
    static final byte VERDICT = 0;
    /** The longest input that is passed on: a torrent. */
    static final int MAX_INPUT = 64 * 1024 * 1024;
    private static final int LOG_BYTES = 1024 * 1024;
    private static final int LOGS = 3;

    private BackgroundChild() {
    }

    /**
     * @param args {@link #TERMINAL} or {@link #PLAIN}; the log file, which is standard error; then
     *     the command line
     */
    public static void main(String[] args) {
        File log = new File(args[1]);
        Runtime.getRuntime().addShutdownHook(new EmptyLogRemoval(log));
        System.setErr(new PrintStream(new RotatingLog(log, LOG_BYTES, LOGS), true, StandardCharsets.UTF_8));
        String[] words = Arrays.copyOfRange(args, 2, args.length);
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        Launcher launcher = new Launcher(errors, log, BackgroundCommand.of(words).readsInput());
        launcher.watch();
        PrintStream err = new PrintStream(errors, true, StandardCharsets.UTF_8);
        Context context = new Context(System.out, err, System.getenv(), args[0].equals(TERMINAL), launcher);
        int status = Main.run(words, context);
        launcher.tell(status);
        System.exit(status);
    }

    /** Most peers log nothing. */
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

    /** The launcher, at the other end of the pipes. */
    private static final class Launcher implements Context.Caller {
        private final ByteArrayOutputStream errors;
        private final File log;
        private final boolean inputComes;
        private byte[] input;
        private boolean told;

        Launcher(ByteArrayOutputStream errors, File log, boolean inputComes) {
            this.errors = errors;
            this.log = log;
            this.inputComes = inputComes;
        }

        @Override
        public Path log() {
            return log.toPath();
        }

        @Override
        public synchronized byte[] input() throws InterruptedException {
            if (!inputComes) {
                throw new IllegalStateException("this command reads no input");
            }
            // Without an answer the launcher is dead, and this process ends soon.
            while (input == null) {
                wait();
            }
            return input;
        }

        private synchronized void onInput(byte[] bytes) {
            input = bytes;
            notifyAll();
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
            // Closing replaces the pipe by the null device. The launcher then reads the end of the
            // stream and exits.
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
                if (inputComes) {
                    DataInputStream in = new DataInputStream(System.in);
                    byte[] bytes = new byte[in.readInt()];
                    in.readFully(bytes);
                    onInput(bytes);
                }
                while (System.in.read() >= 0) {
                    continue; // The launcher sends nothing more. Only the end of the stream matters.
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
