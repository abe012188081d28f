package murder.tools.fleet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import murder.tools.cli.Arguments;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.StateFolder;
import murder.tools.cli.UsageException;
import murder.tools.run.ClassArchive;

/**
 * A deploy to one host, which is this one, for the archive of classes: a shell stands in the place
 * of ssh. It takes some seconds.
 */
public final class FleetRehearsal {
    private static final String SSH = """
        case " $* " in
            *" -G "*) echo "hostname here"; exit ;;
        esac
        for line; do :; done
        exec sh -c "$line"
        """;

    private final Path folder;

    /** @param folder that is empty or missing, for all files */
    public FleetRehearsal(Path folder) {
        this.folder = folder;
    }

    /**
     * Runs it.
     *
     * @throws CommandException if the deploy failed
     */
    public void run() throws CommandException, IOException, InterruptedException {
        Path source = Files.createDirectories(folder.resolve("source"));
        Files.writeString(source.resolve("file"), "content");
        Files.createDirectories(folder.resolve("temp"));
        Files.writeString(folder.resolve("ssh"), SSH);
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.writeString(folder.resolve("murder.properties"), "role.peer = here\ntracker_host = 127.0.0.1\ntracker_port = " + port
            + "\nssh = sh '" + folder.resolve("ssh") + "'\njava = " + ClassArchive.java() + "\nmurder_state = " + folder.resolve("there")
            + "\nremote_murder_path = " + folder.resolve("murder") + "\ndefault_temp_path = " + folder.resolve("temp")
            + "\ndefault_destination_path = " + folder.resolve("releases") + "\n");
        // Above the tracker's host has an address. Most fleets name none.
        SshAlias.nameOf(new Host("", "here", 0), List.of("sh", folder.resolve("ssh").toString()), List.of());
        fleet("deploy", "tag=v1", "files_path=" + source, "seed_for=0s");
        fleet("stop_agents");
    }

    private void fleet(String... task) throws CommandException, IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(task));
        words.addAll(List.of("--config", folder.resolve("murder.properties").toString()));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Context context = new Context(out, out, Map.of(StateFolder.VARIABLE, folder.resolve("state").toString()), false, null);
        try {
            if (FleetCommand.parse(Arguments.parse(FleetCommand.SYNTAX, words)).run(context) == ExitStatus.DONE) {
                return;
            }
        } catch (UsageException e) {
            throw new IllegalStateException("the words are right", e);
        }
        throw CommandException.failed("the rehearsal of a deploy failed: " + printed.toString(StandardCharsets.UTF_8).strip());
    }
}
