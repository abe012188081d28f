package murder.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.ExitStatus;

/**
 * The process that the user starts for {@code simulate}: it runs the command in a second JVM, which
 * suits it. The hosts of a big swarm are some gigabytes of small objects that live to the end and
 * are visited in no order: the usual collector spends half as much again on keeping track of them,
 * and small pages a tenth. Only a plain {@code java -jar} gets one: a user who gives JVM options
 * has set it up.
 */
final class SimulateLauncher {
    /**
     * Of a quarter of the memory, the default, three may be the heap; beyond this references take
     * twice the room.
     */
    private static final long MAX_HEAP = 31L << 30;

    private SimulateLauncher() {
    }

    static boolean takes(String[] args) {
        return args.length > 0 && args[0].equals("simulate") && isPlain();
    }

    private static boolean isPlain() {
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
        command.add(ChildJvm.java());
        // Where the system has no huge pages to give, the JVM would say so on standard output.
        command.add("-Xlog:disable");
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:+UseTransparentHugePages");
        command.add("-Xmx" + Math.min(MAX_HEAP, 3 * Runtime.getRuntime().maxMemory()));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(SimulateLauncher.class.getName());
        command.addAll(List.of(args));
        try {
            // Its input is a pipe from here, and ends with this process.
            Process child = new ProcessBuilder(command).inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE).start();
            Runtime.getRuntime().addShutdownHook(new Thread(child::destroy));
            int status = child.waitFor();
            if (status > 128) {
                // It could not say so itself: the system was out of memory, perhaps.
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
        Thread watcher = new Thread(SimulateLauncher::awaitLaunchersEnd, "launcher-watch");
        watcher.setDaemon(true);
        watcher.start();
        Main.main(args);
    }

    private static void awaitLaunchersEnd() {
        try {
            while (System.in.read() >= 0) {
                continue; // Nothing is sent; only the end matters.
            }
        } catch (IOException e) {
            System.err.println("standard input: " + e);
        }
        // Nobody waits for the result any more, and there is nothing to save.
        Runtime.getRuntime().halt(ExitStatus.TERMINATED);
    }
}
