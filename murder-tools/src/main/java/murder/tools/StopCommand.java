package murder.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;

/** {@code stop}: ends trackers, seeders or peers of this user on this host. */
record StopCommand(String role, String tag, boolean exact, boolean ifAny) implements Command {
    static final Syntax SYNTAX = new Syntax("stop", "end the tracker, seeders or peers of this host", """
            murder stop tracker [--if-any]
            murder stop seeder [TAG] [--exact] [--if-any]
            murder stop peer [TAG] [--exact] [--if-any]

        Asks the processes to end and waits until they have: they tell the tracker, save what they need to go on later, and are
        gone within two seconds. One that is still there after five seconds is killed.

            TAG        the name of the torrent, for an archive with or without its ending; without TAG all of that role are stopped
            --exact    TAG is the whole name, with the ending of an archive if it has one
            --if-any   that none runs is fine; without this it is a failure (1)
        """, List.of("ROLE", "TAG"), 1, List.of(), List.of("--exact", "--if-any"));

    /** Longer than any process may take to end. */
    private static final long PATIENCE_MS = 5000;

    static StopCommand parse(Arguments arguments) throws UsageException {
        String role = arguments.positional(0);
        String tag = arguments.positional(1);
        switch (role) {
            case "tracker" -> {
                if (tag != null) {
                    throw new UsageException("'stop tracker' takes no TAG");
                }
            }
            case "seeder", "peer" -> { }
            default -> throw new UsageException("'" + role + "' is none of tracker, seeder and peer");
        }
        return new StopCommand(role, tag, arguments.has("--exact"), arguments.has("--if-any"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        StateFolder folder = StateFolder.open(context.env());
        List<ProcessStatus> wanted = new ArrayList<>();
        for (ProcessStatus process : folder.processes()) {
            if (process.role().equals(role) && (tag == null || (exact ? process.tag().equals(tag) : process.isTagged(tag)))) {
                wanted.add(process);
            }
        }
        if (wanted.isEmpty() && ifAny) {
            return ExitStatus.DONE;
        }
        if (wanted.isEmpty()) {
            throw CommandException.failed("no " + role + (tag == null ? "" : " of '" + tag + "'") + " runs here (as told by "
                + folder.path() + "); 'murder status' lists what does");
        }
        List<ProcessHandle> handles = new ArrayList<>();
        for (ProcessStatus process : wanted) {
            ProcessHandle handle = process.process();
            handles.add(handle);
            if (handle != null) {
                handle.destroy();
            }
        }
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        for (int i = 0; i < wanted.size(); i++) {
            ProcessStatus process = wanted.get(i);
            boolean killed = handles.get(i) != null && !ends(handles.get(i), deadlineNs, process, context);
            context.out().println((killed ? "killed " : "stopped ") + process.role()
                + (process.tag().isEmpty() ? "" : " of " + process.tag()) + " (pid " + process.pid() + ")");
        }
        folder.processes(); // A killed process leaves its file; this removes it.
        return ExitStatus.DONE;
    }

    /** @return false if it had to be killed */
    private static boolean ends(ProcessHandle handle, long deadlineNs, ProcessStatus process, Context context)
        throws CommandException, InterruptedException {
        try {
            handle.onExit().get(Math.max(1, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            context.err().println("murder stop: " + process.role() + " (pid " + process.pid() + ") does not end by itself; killing it");
            handle.destroyForcibly();
        } catch (ExecutionException e) {
            throw CommandException.failed("cannot wait for pid " + process.pid() + ": " + e.getCause().getMessage(), e);
        }
        try {
            handle.onExit().get(PATIENCE_MS, TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException | ExecutionException e) {
            throw CommandException.failed("pid " + process.pid() + " cannot be killed; look at it by hand", e);
        }
    }
}
