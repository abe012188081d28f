package murder.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import murder.tools.agent.AgentStart;
import murder.tools.cli.Context;
import murder.tools.cli.Lifetime;
import murder.tools.run.ClassArchive;

/**
 * The process that the user starts for {@code fleet}. If this machine has an archive of classes, it
 * runs the command in a second JVM, which starts from the archive. That is faster than to load the
 * classes here.
 */
final class FleetLauncher {
    private FleetLauncher() {
    }

    static boolean takes(String[] args) {
        return args.length > 0 && args[0].equals("fleet") && SecondJvm.isPlain();
    }

    /**
     * Runs the command line in a second JVM, and ends this process with its status.
     *
     * @return false if there is no archive that fits, so that this process has to run it
     */
    static boolean launch(String[] args, boolean terminal) {
        try {
            ClassArchive archive = ClassArchive.find(ClassArchive.ownClassPath());
            if (archive == null) {
                return false;
            }
            List<String> options = new ArrayList<>(List.of(archive.option()));
            options.addAll(AgentStart.shortOptions());
            options.addAll(AgentStart.processorOptions());
            List<String> words = new ArrayList<>(List.of(Boolean.toString(terminal)));
            words.addAll(Arrays.asList(args));
            System.exit(SecondJvm.run(options, FleetLauncher.class, words));
            return true;
        } catch (IOException e) {
            return false; // The archive only saves time, and this JVM can run the command as well.
        }
    }

    /** @param args whether a person watches; then the command line */
    public static void main(String[] args) {
        SecondJvm.watch();
        String[] words = Arrays.copyOfRange(args, 1, args.length);
        int status = Main.run(words, new Context(System.out, System.err, System.getenv(), Boolean.parseBoolean(args[0]), null));
        System.out.flush();
        if (!Lifetime.isShuttingDown()) {
            System.exit(status);
        }
    }
}
