package murder.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import murder.tools.agent.AgentStart;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Lifetime;
import murder.tools.run.ClassArchive;

/**
 * The process that the user starts for {@code fleet}. If this machine has an archive of classes, it
 * runs the command in a second JVM, which starts from the archive. That is faster than to load the
 * classes here. Only a plain {@code java -jar} gets a second JVM: a user who gives JVM options has
 * set up this one.
 */
final class FleetLauncher {
    private FleetLauncher() {
    }

    static boolean takes(String[] args) {
        return args.length > 0 && args[0].equals("fleet") && SimulateLauncher.isPlain();
    }

    /**
     * Runs the command line in a child, on this process's own streams, and ends this process with
     * the child's status.
     *
     * @return false if there is no archive that fits, so that this process has to do it
     */
    static boolean launch(String[] args, boolean terminal) {
        try {
            String classPath = ClassArchive.ownClassPath();
            ClassArchive archive = ClassArchive.find(classPath);
            if (archive == null) {
                return false;
            }
            List<String> command = new ArrayList<>();
            command.add(ClassArchive.java());
            command.add("-XX:SharedArchiveFile=" + archive.path());
            command.addAll(AgentStart.shortOptions());
            command.addAll(List.of(SimulateLauncher.ownPid(), "-cp", classPath, FleetLauncher.class.getName(), Boolean.toString(terminal)));
            command.addAll(Arrays.asList(args));
            run(command);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void run(List<String> command) throws IOException {
        Process child = new ProcessBuilder(command).inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE).start();
        Runtime.getRuntime().addShutdownHook(new ChildEnds(child));
        try {
            int status = child.waitFor();
            System.exit(status);
        } catch (InterruptedException e) {
            System.exit(ExitStatus.TERMINATED);
        }
    }

    /** By a signal: lets the child clean up, and waits for it. */
    private static final class ChildEnds extends Thread {
        private final Process child;

        ChildEnds(Process child) {
            this.child = child;
        }

        @Override
        public void run() {
            child.destroy();
            try {
                child.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** @param args whether a person watches; then the command line */
    public static void main(String[] args) {
        SimulateLauncher.watch();
        String[] words = Arrays.copyOfRange(args, 1, args.length);
        int status = Main.run(words, new Context(System.out, System.err, System.getenv(), Boolean.parseBoolean(args[0]), null));
        System.out.flush();
        if (!Lifetime.isShuttingDown()) {
            System.exit(status);
        }
    }
}
