package murder.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.OwnSession;
import murder.tools.run.ClassArchive;

/**
 * A second JVM that runs the command of this process with other options. It writes to the streams
 * of this process, and neither outlives the other.
 */
final class SecondJvm {
    private static final long LOOK_EVERY_MS = 200;

    private SecondJvm() {
    }

    /** Whether the user gave this JVM no options: one who did has set it up for the command. */
    static boolean isPlain() {
        String[] words = ProcessHandle.current().info().arguments().orElse(new String[0]);
        boolean more = System.getenv("JAVA_TOOL_OPTIONS") != null || System.getenv("JDK_JAVA_OPTIONS") != null;
        return words.length > 0 && words[0].equals("-jar") && !more;
    }

    /**
     * Runs it to its end. If a signal ends this process, the second JVM ends first. It has a session
     * of its own, so that no signal reaches it and what it starts in another way.
     *
     * @param options of the JVM
     * @param entry its {@code main} calls {@link #watch} first
     * @param args of {@code main}
     * @return its exit status
     * @throws IOException if it cannot be started
     */
    static int run(List<String> options, Class<?> entry, List<String> args) throws IOException {
        List<String> command = new ArrayList<>(OwnSession.words());
        command.add(ClassArchive.java());
        command.addAll(options);
        command.addAll(List.of(OwnSession.launched(), "-cp", ClassArchive.ownClassPath(), entry.getName()));
        command.addAll(args);
        Process child = new ProcessBuilder(command).inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE).start();
        Runtime.getRuntime().addShutdownHook(new ChildEnds(child));
        try {
            return child.waitFor();
        } catch (InterruptedException e) {
            return ExitStatus.TERMINATED; // The hook ends the child.
        }
    }

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

    /** In the second JVM: ends it when the process that the user started has ended. */
    static void watch() {
        Thread watcher = new Thread(() -> awaitLaunchersEnd(OwnSession.launcher()), "launcher-watch");
        watcher.setDaemon(true);
        watcher.start();
    }

    /**
     * A thread that waited for the end of standard input would delay the end of this JVM: it waits
     * 300 ms for threads inside a system call.
     */
    private static void awaitLaunchersEnd(long launcher) {
        try {
            while (ProcessHandle.current().parent().filter(parent -> parent.pid() == launcher).isPresent()) {
                Thread.sleep(LOOK_EVERY_MS);
            }
        } catch (InterruptedException e) {
            return; // Nothing interrupts it.
        }
        // Nobody waits for the result, and there is no state to save.
        Runtime.getRuntime().halt(ExitStatus.TERMINATED);
    }
}
