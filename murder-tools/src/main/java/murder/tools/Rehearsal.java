package murder.tools;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import murder.tools.cli.Context;

/**
 * {@code prepare} runs this class to fill the {@link ClassArchive}: {@code peer}, then
 * {@code host peer}, in one JVM. A peer opens the jar if the archive lacks one of its classes.
 */
final class Rehearsal {
    private Rehearsal() {
    }

    /**
     * Runs both peers and ends the process with the status of the second.
     *
     * @param args the torrent; where {@code peer} puts its copy; who may sign it; then the
     *     arguments of {@link BackgroundChild}
     */
    public static void main(String[] args) {
        PrintStream nobody = new PrintStream(OutputStream.nullOutputStream());
        Main.run(new String[] {"peer", args[0], args[1], "--seed-for", "0", "--timeout", "60s", "--trust", args[2]},
            new Context(nobody, nobody, System.getenv(), false, null));
        BackgroundChild.main(Arrays.copyOfRange(args, 3, args.length));
    }
}
