package murder.tools;

import java.io.IOException;
import java.util.List;
import murder.tools.cli.ExitStatus;

/**
 * The process that the user starts for {@code simulate}. It runs the command in a second JVM with
 * suitable options. A big swarm is some gigabytes of small, long-lived objects, read in no order.
 * The default collector costs half as much time again for them, and small pages cost a tenth.
 */
final class SimulateLauncher {
    /**
     * The heap may be three times the default, which is a quarter of the memory. Above this limit
     * references take twice the room.
     */
    private static final long MAX_HEAP = 31L << 30;

    private SimulateLauncher() {
    }

    static boolean takes(String[] args) {
        return args.length > 0 && args[0].equals("simulate") && SecondJvm.isPlain();
    }

    /** Runs the command line in a second JVM, and ends this process with its status. */
    static void launch(String[] args) {
        // Without huge pages the JVM would print a warning to standard output.
        List<String> options = List.of("-Xlog:disable", "-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UseSerialGC",
            "-XX:+UseTransparentHugePages", "-Xmx" + Math.min(MAX_HEAP, 3 * Runtime.getRuntime().maxMemory()));
        int status;
        try {
            status = SecondJvm.run(options, SimulateLauncher.class, List.of(args));
        } catch (IOException e) {
            System.err.println("murder simulate: cannot run a JVM of its own: " + e.getMessage());
            status = ExitStatus.FAILED;
        }
        if (status > 128) {
            // It could not report this itself: for example, the system had no memory left.
            System.err.println("murder simulate: stopped by signal " + (status - 128));
        }
        System.exit(status);
    }

    /** @param args the command line */
    public static void main(String[] args) {
        SecondJvm.watch();
        Main.main(args);
    }
}
