package murder.tools.cli;

import java.io.IOException;

/**
 * A command that a program called: a failure is a result, too.
 *
 * @param command to run
 * @param json whether results are JSON
 */
public record Reported(Command command, boolean json) implements Command {
    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        try {
            return command.run(context);
        } catch (CommandException e) {
            report(e.status() == ExitStatus.TIMED_OUT ? "timeout" : "failed", e.getMessage(), context);
            throw e;
        } catch (IOException e) {
            report("failed", Failures.describe(e), context);
            throw e;
        }
    }

    private void report(String result, String error, Context context) {
        context.log(result + ": " + error);
        if (json) {
            context.out().println(HostReport.failure(result, error));
            context.out().flush();
        }
    }
}
