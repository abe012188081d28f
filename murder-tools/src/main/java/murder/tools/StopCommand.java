package murder.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.DeployUses;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;

/** {@code stop}: ends trackers, seeders or peers of this user on this host. */
record StopCommand(String role, String tag, boolean exact, boolean ifAny, String deploy) implements Command {
    static final Syntax SYNTAX = new Syntax("stop", "end the tracker, seeders or peers of this host", """
            murder stop tracker [--if-any] [--deploy=ID]
            murder stop seeder [TAG] [--exact] [--if-any] [--deploy=ID]
            murder stop peer [TAG] [--exact] [--if-any] [--deploy=ID]
            murder stop agent [FLEET] [--if-any]

        Asks the processes to end and waits for their end. They tell the tracker and save their state, so
        that they can continue later. They end within two seconds. 'stop' kills a process that still runs
        after five seconds.

            TAG        the name of the torrent; the ending of an archive may be missing. Without TAG 'stop'
                       stops all processes of that role
            --exact    TAG is the complete name, with the ending of an archive
            --if-any   succeed if no such process runs; without this option that is a failure (1)
            --deploy ID
                       this deploy no longer needs the processes. 'stop' stops only processes that no other
                       deploy uses, and none that a user started by hand
        """, List.of("ROLE", "TAG"), 1, List.of("--deploy"), List.of("--exact", "--if-any"));

    /** Longer than any process may take to end. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long LOOK_EVERY_MS = 20;

    static StopCommand parse(Arguments arguments) throws UsageException {
        String role = arguments.positional(0);
        String tag = arguments.positional(1);
        switch (role) {
            case "tracker" -> {
                if (tag != null) {
                    throw new UsageException("'stop tracker' takes no TAG");
                }
            }
            case "seeder", "peer", "agent" -> { }
            default -> throw new UsageException("'" + role + "' is none of tracker, seeder, peer and agent");
        }
        return new StopCommand(role, tag, arguments.has("--exact"), arguments.has("--if-any"), DeployUses.id(arguments));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        StateFolder folder = StateFolder.open(context.env());
        if (deploy.isEmpty()) {
            return stop(folder, null, context);
        }
        try (DeployUses uses = DeployUses.open(folder)) {
            return stop(folder, uses, context);
        }
    }

    /** @param uses null for all processes, whichever deploy uses them */
    private int stop(StateFolder folder, DeployUses uses, Context context) throws CommandException, IOException, InterruptedException {
        List<ProcessStatus> wanted = new ArrayList<>();
        for (ProcessStatus process : folder.processes()) {
            if (process.role().equals(role) && (tag == null || (exact ? process.tag().equals(tag) : process.isTagged(tag)))
                && (uses == null || uses.release(process, deploy))) {
                wanted.add(process);
            }
        }
        if (wanted.isEmpty() && (ifAny || uses != null)) {
            return ExitStatus.DONE;
        }
        if (wanted.isEmpty()) {
            throw CommandException.failed("no " + role + (tag == null ? "" : " of '" + tag + "'") + " runs here (by the files in "
                + folder.path() + "); 'murder status' lists what does");
        }
        for (ProcessStatus process : wanted) {
            process.process().handle().ifPresent(ProcessHandle::destroy);
        }
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        for (ProcessStatus process : wanted) {
            boolean killed = !ends(process, deadlineNs);
            if (killed) {
                kill(process, context);
            }
            context.out().println((killed ? "killed " : "stopped ") + process.role()
                + (process.tag().isEmpty() ? "" : " of " + process.tag()) + " (pid " + process.pid() + ")");
        }
        folder.processes(); // A killed process leaves its file; this removes it.
        return ExitStatus.DONE;
    }

    private static void kill(ProcessStatus process, Context context) throws CommandException, InterruptedException {
        context.err().println("murder stop: " + process.role() + " (pid " + process.pid() + ") does not end by itself; killing it");
        process.process().handle().ifPresent(ProcessHandle::destroyForcibly);
        if (!ends(process, System.nanoTime() + PATIENCE_NS)) {
            throw CommandException.failed("pid " + process.pid() + " cannot be killed; look at it by hand");
        }
    }

    /**
     * Polls by itself: the JDK's {@code onExit} polls every 300 ms and takes a zombie for a running
     * process.
     */
    private static boolean ends(ProcessStatus process, long deadlineNs) throws InterruptedException {
        while (process.process().isRunning()) {
            if (System.nanoTime() - deadlineNs > 0) {
                return false;
            }
            Thread.sleep(LOOK_EVERY_MS);
        }
        return true;
    }
}
