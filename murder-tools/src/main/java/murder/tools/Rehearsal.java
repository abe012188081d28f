package murder.tools;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.Security;
import java.util.Arrays;
import java.util.Map;
import murder.tools.agent.AgentRehearsal;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.StateFolder;
import murder.tools.fleet.FleetRehearsal;
import murder.tools.run.ClassArchive;

/**
 * What {@code prepare} runs to fill the {@link ClassArchive}: {@code peer}, a deploy between two
 * agents, {@code fleet} if it is wanted, and {@code host peer}, one after the other in one JVM. If
 * one class of a process is not in the archive, that process opens the jar.
 */
final class Rehearsal {
    private static final String[] NO_COMMAND = {"rehearsal"};
    private static final String[] OUTER = {"murder.tracker.http.Seal", "murder.metainfo.TorrentCreator"};

    private Rehearsal() {
    }

    /**
     * Runs them and ends the process with the status of the last.
     *
     * @param args the torrent; where {@code peer} puts its copy; who may sign it; a folder for the
     *     agents; one for {@code fleet}, or nothing; then what {@link BackgroundChild} takes
     */
    public static void main(String[] args) throws InterruptedException {
        // Main asks them first.
        if (BackgroundLauncher.takes(NO_COMMAND) || SimulateLauncher.takes(NO_COMMAND) || FleetLauncher.takes(NO_COMMAND)) {
            throw new IllegalStateException("these words are no command");
        }
        SecondJvm.watch();
        linkOuterClasses();
        // A JVM asks its security providers for Ed25519, in another order each time.
        Security.getProviders();
        PrintStream nobody = new PrintStream(OutputStream.nullOutputStream());
        Main.run(new String[] {"peer", args[0], args[1], "--seed-for", "0", "--timeout", "60s", "--trust", args[2]},
            new Context(nobody, nobody, System.getenv(), false, null));
        try {
            new AgentRehearsal(Path.of(args[3])).run();
            // Above it is named, but hosts find the place of theirs.
            StateFolder.open(Map.of("HOME", args[3]));
            if (!args[4].isEmpty()) {
                new FleetRehearsal(Path.of(args[4])).run();
            }
        } catch (CommandException | IOException e) {
            System.out.println(e.getMessage());
            System.exit(ExitStatus.FAILED);
        }
        BackgroundChild.main(Arrays.copyOfRange(args, 5, args.length));
    }

    /** An archive takes lambdas of a nested class only if the class around it is in use before. */
    private static void linkOuterClasses() {
        for (String name : OUTER) {
            try {
                Class.forName(name);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("a class has another name now", e);
            }
        }
    }
}
