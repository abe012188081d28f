package murder.tools.cli;

import java.io.IOException;

/** One command line, parsed and checked. */
public interface Command {
    /**
     * Runs the command.
     *
     * @return the exit status
     * @throws CommandException if it failed
     * @throws IOException if a file or the network failed, and the system's own message is enough
     * @throws InterruptedException if the thread was interrupted, which ends a command that
     *     otherwise runs until it is stopped
     */
    int run(Context context) throws CommandException, IOException, InterruptedException;
}
