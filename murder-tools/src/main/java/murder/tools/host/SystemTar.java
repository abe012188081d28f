package murder.tools.host;

import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.CommandException;

/** The abilities of the system's tar. */
final class SystemTar {
    /**
     * Options with which the same tree gives the same archive. Busybox, bsdtar and GNU before 1.28
     * lack some of them.
     */
    private static final List<String> REPRODUCIBLE = List.of("--format=gnu", "--sort=name", "--mtime=@0", "--owner=0", "--group=0",
        "--numeric-owner");

    private SystemTar() {
    }

    /** A command that writes a reproducible archive to its standard output. Words follow. */
    static List<String> create() {
        List<String> command = new ArrayList<>(List.of("tar", "--create", "--file=-"));
        command.addAll(REPRODUCIBLE);
        return command;
    }

    /**
     * Lets it make an empty archive.
     *
     * @return empty if it supports the options, else its message
     */
    static String complaint() throws InterruptedException {
        List<String> command = create();
        command.addAll(List.of("--files-from=/dev/null"));
        try (Subprocess tar = Subprocess.start(ProcessBuilder.Redirect.DISCARD, command)) {
            int status = tar.await();
            return status == 0 ? "" : tar.why(status);
        } catch (CommandException e) {
            return e.getMessage();
        }
    }
}
