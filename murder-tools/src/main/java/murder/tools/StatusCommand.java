package murder.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.Quantities;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.Table;

/** {@code status}: the murder processes of this user on this host. */
record StatusCommand(boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("status", "list the murder processes of this host and their progress", """
            murder status [--json]

        Lists the trackers, seeders, peers and agents that this user runs on this host. Shows their payload,
        progress, rate and number of peers. Removes the files of processes that have ended.

            --json     one JSON object a line for each process; the last line is the result, with
                       "processes":N

        Each process has a file in the state folder (MURDER_STATE). 'status' lists the processes by these
        files.
        """, List.of(), 0, List.of(), List.of("--json"));

    static StatusCommand parse(Arguments arguments) {
        return new StatusCommand(arguments.has("--json"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException {
        List<ProcessStatus> processes = StateFolder.open(context.env()).processes();
        if (json) {
            for (ProcessStatus process : processes) {
                context.out().println(process.report());
            }
            context.out().println(HostReport.result("listed").with(Member.PROCESSES, processes.size()));
        } else if (processes.isEmpty()) {
            context.out().println("no murder process runs here");
        } else {
            print(processes, context);
        }
        return ExitStatus.DONE;
    }

    private static void print(List<ProcessStatus> processes, Context context) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"ROLE", "TAG", "PID", "AGE", "STATE", "DONE", "DOWN", "UP", "PEERS", "ADDRESS"});
        long now = System.currentTimeMillis();
        for (ProcessStatus p : processes) {
            boolean tracker = p.role().equals("tracker");
            rows.add(new String[] {p.role(), tracker ? "-" : p.tag(), Long.toString(p.pid()), Quantities.time(p.runningSince(now)),
                p.state(), tracker ? "-" : p.percent() + " %", rate(p.downloadBytesPerSecond()), rate(p.uploadBytesPerSecond()),
                Integer.toString(p.peers()), p.address() + ":" + p.port()});
        }
        context.out().print(Table.of(rows));
        for (ProcessStatus p : processes) {
            if (!p.error().isEmpty()) {
                context.out().println(p.role() + " " + p.pid() + ": " + p.error());
            }
        }
        List<String> logs = new ArrayList<>();
        for (ProcessStatus p : processes) {
            if (!p.log().isEmpty()) {
                logs.add(p.log());
            }
        }
        if (!logs.isEmpty()) {
            context.out().println("logs: " + String.join(" ", logs));
        }
    }

    /**
     * Most processes do not send and receive at once. A column of zeros only makes the line longer.
     */
    private static String rate(long bytesPerSecond) {
        return bytesPerSecond == 0 ? "-" : Quantities.rate(bytesPerSecond);
    }
}
