package murder.tools.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import murder.tools.cli.UsageException;

/** Builds the command lines: of {@code murder host} on the hosts, and of the ssh that brings them there. Decides nothing. */
final class RemoteCommands {
    private final FleetConfig config;
    private final TaskArguments arguments;

    RemoteCommands(FleetConfig config, TaskArguments arguments) {
        this.config = config;
        this.arguments = arguments;
    }

    Job startTracker(Host host) {
        return murder(host, "host", "start-tracker", "--port=" + config.trackerPort(), "--json");
    }

    /** @param ifAny whether it is fine that there is none */
    Job stopTracker(Host host, boolean ifAny) {
        return new Job(host, ssh(host, line(host, ifAny ? List.of("stop", "tracker", "--if-any") : List.of("stop", "tracker"))), null);
    }

    Job pack(Host host) throws UsageException {
        List<String> words = tagged("pack");
        words.add("--files=" + arguments.filesPath());
        words.add("--tracker=" + config.trackerAddress());
        words.add("--hosts=" + config.peers().size());
        flag(words, "path_is_file", "--path-is-file");
        return json(host, words, null);
    }

    /** @param output the file here that receives it */
    Job torrent(Host host, Path output) throws UsageException {
        return new Job(host, ssh(host, line(host, tagged("torrent"))), output);
    }

    Job startSeeding(Host host) throws UsageException {
        List<String> words = tagged("start-seeding");
        if (arguments.archive().equals("tree")) {
            words.add("--files=" + arguments.filesPath());
        }
        return json(host, words, null);
    }

    /** @param torrent the file here */
    Job peer(Host host, Path torrent) throws UsageException {
        List<String> words = tagged("peer");
        words.add("--dest=" + arguments.destinationPath());
        flag(words, "no_tag_directory", "--no-tag-directory");
        flag(words, "path_is_file", "--path-is-file");
        flag(words, "unsafe_please_delete", "--unsafe-please-delete");
        for (String name : List.of("seed_for", "timeout")) {
            String duration = arguments.duration(name);
            if (!duration.isEmpty()) {
                words.add("--" + name.replace('_', '-') + "=" + duration);
            }
        }
        String zone = config.zones().getOrDefault(host, "");
        if (!zone.isEmpty()) {
            words.add("--zone=" + zone);
        }
        return json(host, words, torrent);
    }

    /**
     * @param role {@code seeder} or {@code peer}
     * @param all whatever they serve, and not only the tag
     * @param ifAny whether it is fine that there is none
     */
    Job stop(Host host, String role, boolean all, boolean ifAny) throws UsageException {
        List<String> words = new ArrayList<>(List.of("stop", role));
        if (ifAny) {
            words.add("--if-any");
        }
        if (!all) {
            // The tag may begin with a dash. Exactly this one: a release may be called like another one's archive.
            words.addAll(List.of("--exact", "--", arguments.tag()));
        }
        return new Job(host, ssh(host, line(host, words)), null);
    }

    Job clean(Host host) throws UsageException {
        return murder(host, "host", "clean", "--tag=" + arguments.tag(), "--temp=" + arguments.tempPath(), "--json");
    }

    Job status(Host host) {
        return murder(host, "status", "--json");
    }

    /** @param bytes of the payload, 0 if unknown */
    Job check(Host host, long bytes) throws UsageException {
        List<String> words = new ArrayList<>(List.of("host", "check", "--json", "--temp=" + arguments.tempPath(), "--bytes=" + bytes,
            "--tracker=" + config.trackerAddress()));
        if (arguments.hasDestinationPath()) {
            words.add("--dest=" + arguments.destinationPath());
        }
        if (host.equals(config.tracker())) {
            words.add("--port=" + config.trackerPort());
        }
        return new Job(host, () -> {
            // The time for the host to compare with its clock is that of the start, not of the waiting for a turn.
            List<String> timed = new ArrayList<>(words);
            timed.add("--epoch-ms=" + System.currentTimeMillis());
            return ssh(host, line(host, timed));
        }, true, null, false, null);
    }

    /** Prints how many bytes the files to distribute have. */
    Job sizeOfFiles(Host host) throws UsageException {
        return script(host, "size.sh", List.of(arguments.filesPath()), null);
    }

    /** @param jar the file here */
    Job distribute(Host host, JarFile jar) {
        return script(host, "distribute.sh", List.of(config.remotePath(), FleetConfig.JAR_NAME, jar.sha256(), Long.toString(jar.length()),
            config.java()), jar.path());
    }

    /** Options and values are one word each, as a value may begin with dashes. */
    private List<String> tagged(String command) throws UsageException {
        return new ArrayList<>(List.of("host", command, "--tag=" + arguments.tag(), "--temp=" + arguments.tempPath(),
            "--archive=" + arguments.archive()));
    }

    private void flag(List<String> words, String argument, String option) throws UsageException {
        if (arguments.isSet(argument)) {
            words.add(option);
        }
    }

    private Job json(Host host, List<String> words, Path input) {
        words.add("--json");
        return new Job(host, ssh(host, line(host, words)), input, false);
    }

    private Job murder(Host host, String... words) {
        return new Job(host, ssh(host, line(host, Arrays.asList(words))), null, false);
    }

    /** What the host's shell gets: one line, which becomes the java process itself. */
    private String line(Host host, List<String> words) {
        List<String> line = new ArrayList<>(List.of(config.java(), "-jar", config.jar()));
        line.addAll(words);
        String state = config.murderState().replace("%h", host.name());
        // Without a UTF-8 locale Java can name no file whose name is not ASCII.
        return "LC_ALL=C.UTF-8 " + (state.isEmpty() ? "" : "MURDER_STATE=" + ShellWords.quote(state) + " ") + "exec "
            + ShellWords.join(line);
    }

    private Job script(Host host, String name, List<String> words, Path input) {
        List<String> line = new ArrayList<>(List.of("sh", "-c", resource(name), "murder"));
        line.addAll(words);
        return new Job(host, ssh(host, "exec " + ShellWords.join(line)), input, input != null);
    }

    private List<String> ssh(Host host, String line) {
        List<String> command = new ArrayList<>(config.ssh());
        command.addAll(config.sshOptions());
        // ssh takes the first value that it sees of each option, so those of the configuration win.
        command.addAll(List.of("-o", "BatchMode=yes", "-o", "ConnectTimeout=" + config.connectTimeoutSeconds(),
            "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4"));
        host.addTo(command);
        command.add(line);
        return command;
    }

    private static String resource(String name) {
        try (InputStream in = RemoteCommands.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.substring(text.indexOf('\n') + 1); // Without the line that explains it.
        } catch (IOException e) {
            throw new IllegalStateException("the jar is broken: " + name + " cannot be read", e);
        }
    }
}
