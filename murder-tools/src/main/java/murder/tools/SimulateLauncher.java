package murder.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.ExitStatus;
import murder.tools.run.ClassArchive;

/**
 * The process that the user starts for {@code simulate}. It runs the command in a second JVM with
 * suitable options. A big swarm is some gigabytes of small, long-lived objects, read in no order.
 * The default collector costs half as much time again for them, and small pages cost a tenth. Only
 * a plain {@code java -jar} starts a second JVM. A user with JVM options has chosen them.
 */
final class SimulateLauncher {
    /**
     * The heap may be three times the default, which is a quarter of the memory. Above this limit
     * references take twice the room.
     */
    private static final long MAX_HEAP = 31L << 30;

    /** The property with the pid of the launcher. */
    private static final String LAUNCHER = "murder.launcher";
    private static final long LOOK_EVERY_MS = 200;

    private SimulateLauncher() {
    }

    static boolean takes(String[] args) {
        return args.length > 0 && args[0].equals("simulate") && isPlain();
    }

    /** Whether the user gave this JVM no options. */
    static boolean isPlain() {
        String[] words = ProcessHandle.current().info().arguments().orElse(new String[0]);
        boolean more = System.getenv("JAVA_TOOL_OPTIONS") != null || System.getenv("JDK_JAVA_OPTIONS") != null;
        return words.length > 0 && words[0].equals("-jar") && !more;
    }

    /**
     * Runs the command line in a child, on this process's own streams, and ends this process with
     * the child's status.
     */
    static void launch(String[] args) {
        List<String> command = new ArrayList<>();
        command.add(ClassArchive.java());
        // Without huge pages the JVM would print a warning to standard output.
        command.add("-Xlog:disable");
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:+UseTransparentHugePages");
        command.add("-Xmx" + Math.min(MAX_HEAP, 3 * Runtime.getRuntime().maxMemory()));
        command.add(ownPid());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(SimulateLauncher.class.getName());
        command.addAll(List.of(args));
        try {
            Process child = new ProcessBuilder(command).inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE).start();
            Runtime.getRuntime().addShutdownHook(new Thread(child::destroy));
            int status = child.waitFor();
            if (status > 128) {
                // The child could not report this itself: for example, the system had no memory
                // left.
                System.err.println("murder simulate: stopped by signal " + (status - 128));
            }
            System.exit(status);
        } catch (IOException | InterruptedException e) {
            System.err.println("murder simulate: cannot run a JVM of its own: " + e.getMessage());
            System.exit(ExitStatus.FAILED);
        }
    }

    /** @param args the command line */
    public static void main(String[] args) {
        watch();
        Main.main(args);
    }

    /** {@return the option by which a child of this process knows its launcher} */
    static String ownPid() {
        return "-D" + LAUNCHER + "=" + ProcessHandle.current().pid();
    }

    /** Ends this process when its launcher has ended. */
    static void watch() {
        Thread watcher = new Thread(() -> awaitLaunchersEnd(Long.getLong(LAUNCHER)), "launcher-watch");
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
