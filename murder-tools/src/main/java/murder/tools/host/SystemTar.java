package murder.tools.host;

import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.CommandException;

/** What the system's tar can do. */
final class SystemTar {
    /**
     * How the same tree gives the same archive. Busybox, bsdtar and GNU before 1.28 lack some of
     * these.
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
     * Asks it to pack nothing.
     *
     * @return empty if it can make such an archive, else its complaint
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
