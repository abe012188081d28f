package murder.tools.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import murder.tools.agent.AgentStart;

/** Builds the command lines of {@code murder} on the hosts, and of the ssh that runs them. */
final class RemoteCommands {
    /** 64 MiB in base64, which is a torrent of some millions of pieces or files. */
    private static final long MAX_TORRENT_OUTPUT = 96L << 20;

    /** The reports of a hundred thousand agents. */
    private static final long MAX_REPORTS_OUTPUT = 128L << 20;
    private static final long MAX_RELEASES_OUTPUT = 1L << 20;

    /**
     * The time after which a peer without any byte gives up. The seeder has announced before, so
     * nobody needs to wait for it.
     */
    private static final String STALL = "60s";

    /**
     * An example for a free port that a peer takes by default: Linux chooses from 32768 to 60999.
     */
    private static final int SOME_PORT = 50_000;
    /** The number of seeders that each host tries to reach in a check, three seconds each. */
    private static final int MAX_SEEDERS_TRIED = 3;

    private final FleetConfig config;
    /** In quotes, by the names of their parts. */
    private final Map<List<String>, String> scripts = new ConcurrentHashMap<>();

    RemoteCommands(FleetConfig config) {
        this.config = config;
    }

    /** @param only the torrent that is served; empty to serve any */
    Job startTracker(Host host, String only) {
        List<String> words = new ArrayList<>(List.of("host", "start-tracker", "--port=" + config.trackerPort()));
        option(words, "--only=", only);
        option(words, "--trust-ip=", config.transfer().trusted());
        return json(host, words, null);
    }

    /** @param ifAny whether it is fine that there is none */
    Job stopTracker(Host host, boolean ifAny) {
        return stopAll(host, "tracker", ifAny);
    }

    Job pack(Host host, Release release, Source source) {
        List<String> words = tagged("pack", release);
        words.add("--files=" + source.filesPath());
        words.add("--tracker=" + config.trackerAddress());
        words.add("--hosts=" + config.peers().size());
        flag(words, source.isFile(), "--path-is-file");
        flag(words, source.keepLinks(), "--links=keep");
        return json(host, words, null);
    }

    /** Sends the torrent as data. */
    Job torrent(Host host, Release release) {
        List<String> words = tagged("torrent", release);
        words.add("--json");
        return Job.data(host, ssh(host, line(host, words)), MAX_TORRENT_OUTPUT);
    }

    /** @param filesPath the seeded path if no archive travels */
    Job startSeeding(Host host, Release release, String filesPath) {
        List<String> words = tagged("start-seeding", release);
        if (release.isTree()) {
            words.add("--files=" + filesPath);
        }
        transfer(words, host, 0);
        return json(host, words, null);
    }

    /** @param torrent the file here that goes to the host */
    Job peer(Host host, Release release, Destination destination, Path torrent) {
        List<String> words = tagged("peer", release);
        words.add("--dest=" + destination.path());
        flag(words, destination.noTagDirectory(), "--no-tag-directory");
        flag(words, destination.isFile(), "--path-is-file");
        flag(words, destination.replace(), "--unsafe-please-delete");
        flag(words, destination.keepLinks(), "--links=keep");
        option(words, "--seed-for=", destination.seedFor());
        option(words, "--timeout=", destination.timeout());
        words.add("--stall=" + STALL);
        transfer(words, host, config.seeders().contains(host) ? 1 : 0);
        option(words, "--download-limit=", config.transfer().downloadLimit());
        option(words, "--seeders=", FleetView.some(config.seeders().stream().map(Host::toString).toList()));
        option(words, "--zone=", config.zones().getOrDefault(host, ""));
        return json(host, words, torrent);
    }

    /** @param further the distance from the configured port */
    void transfer(List<String> words, Host host, int further) {
        option(words, "--announce-address=", config.transfer().announceAddress().replace("%h", host.name()));
        int port = config.transfer().port();
        option(words, "--port=", port == 0 ? "" : Integer.toString(port + further));
        option(words, "--upload-limit=", config.transfer().uploadLimit());
    }

    /**
     * @param role {@code seeder} or {@code peer}
     * @param ifAny whether it is fine that there is none
     */
    Job stop(Host host, String role, String tag, boolean ifAny) {
        List<String> words = stopWords(role, ifAny);
        // The tag may begin with a dash. --exact: a tag may equal the archive's name of another
        // release.
        words.addAll(List.of("--exact", "--", tag));
        return Job.silent(host, ssh(host, line(host, words)));
    }

    /** Like {@link #stop}, for all payloads. */
    Job stopAll(Host host, String role, boolean ifAny) {
        return Job.silent(host, ssh(host, line(host, stopWords(role, ifAny))));
    }

    /** Ends the agents of the fleet, and removes their service if there is one. */
    Job stopAgents(Host host) {
        List<String> words = stopWords("agent", true);
        words.addAll(List.of("--exact", "--", config.fleet()));
        List<String> script = new ArrayList<>(List.of(config.remotePath(), config.fleet()));
        script.add("env");
        script.addAll(variables(host));
        script.addAll(java(words));
        Job job = script(host, List.of("service.sh", "unservice.sh"), script, null);
        return Job.silent(host, job.command()).shownAs(job.shown());
    }

    private List<String> stopWords(String role, boolean ifAny) {
        List<String> words = new ArrayList<>(List.of("stop", role));
        flag(words, ifAny, "--if-any");
        return words;
    }

    Job clean(Host host, String tag, String tempPath) {
        List<String> words = new ArrayList<>(List.of("host", "clean", "--tag=" + tag, "--temp=" + tempPath));
        return json(host, words, null);
    }

    Job status(Host host) {
        return json(host, new ArrayList<>(List.of("status")), null);
    }

    /**
     * The agent's data about the fleet: its order, and the reports of all agents if the host serves
     * the tracker.
     */
    Job look(Host host) {
        List<String> words = new ArrayList<>(variables(host));
        words.add(0, "env");
        words.add(config.java());
        words.addAll(AgentStart.attachOptions());
        words.addAll(List.of("-cp", config.jar(), AgentStart.ATTACH_MAIN, "--fleet=" + config.fleet(), "--look"));
        return Job.data(host, ssh(host, "exec " + ShellWords.join(words)), MAX_REPORTS_OUTPUT);
    }

    /** The releases that the host holds. */
    Job releases(Host host) {
        return Job.data(host, ssh(host, line(host, List.of("agent", "--releases", "--fleet=" + config.fleet()))), MAX_RELEASES_OUTPUT);
    }

    /**
     * @param destination the directory for releases, empty if unknown
     * @param bytes of the payload, 0 if unknown
     * @param jar the file here; a host without it is checked by its shell
     */
    Job check(Host host, String tempPath, String destination, long bytes, JarFile jar) {
        List<String> words = new ArrayList<>(List.of("host", "check", "--temp=" + tempPath, "--bytes=" + bytes,
            "--tracker=" + config.trackerAddress()));
        option(words, "--dest=", destination);
        if (host.equals(config.tracker())) {
            words.add("--port=" + config.trackerPort());
        }
        int port = config.transfer().port();
        option(words, "--peer-port=", port == 0 ? "" : Integer.toString(port));
        List<String> others = new ArrayList<>();
        StringBuilder addresses = new StringBuilder();
        for (Host seeder : config.seeders().subList(0, Math.min(MAX_SEEDERS_TRIED, config.seeders().size()))) {
            if (!seeder.equals(host)) {
                String name = seeder.equals(config.tracker()) ? config.trackerHost() : seeder.name();
                addresses.append(addresses.length() == 0 ? "" : ",").append(name.indexOf(':') < 0 ? name : "[" + name + "]").append(':')
                    .append(port == 0 ? SOME_PORT : port);
                others.add(name);
            }
        }
        option(words, "--seeders=", addresses.toString());
        words.add("--json");
        List<String> script = new ArrayList<>(List.of(config.jar(), jar.sha256(), config.java(), tempPath, destination,
            Long.toString(bytes), config.trackerHost(), Integer.toString(config.trackerPort()), String.join(" ", others),
            Integer.toString(port == 0 ? SOME_PORT : port)));
        script.addAll(variables(host));
        script.addAll(java(words));
        return script(host, List.of("check.sh"), script, null);
    }

    /** Prints the size of the files to pack. */
    Job sizeOfFiles(Host host, Source source) {
        return script(host, List.of("size.sh"), List.of(source.filesPath()), null);
    }

    /** @param jar the file here */
    Job distribute(Host host, JarFile jar) {
        return script(host, List.of("jar.sh", "distribute.sh"), jarWords(jar, config.java()), jar.path());
    }

    /** The arguments of {@code jar.sh}, and further ones. */
    List<String> jarWords(JarFile jar, String... more) {
        List<String> words = new ArrayList<>(List.of(config.remotePath(), FleetConfig.JAR_NAME, jar.sha256(), Long.toString(jar.length())));
        words.addAll(List.of(more));
        return words;
    }

    /** @param runtime the archive of the Java runtime here */
    Job distributeRuntime(Host host, JarFile runtime) {
        return script(host, List.of("runtime.sh"),
            List.of(config.remotePath(), RuntimeFile.NAME, runtime.sha256(), Long.toString(runtime.length())),
            runtime.path());
    }

    /**
     * Makes room for a payload of this machine on a seeder, and takes it there if that is not for
     * rsync to do.
     */
    Job upload(Host host, Upload upload) {
        return script(host, List.of("upload.sh"), List.of(upload.group(), upload.key(), Boolean.toString(upload.byRsync())), null)
            .fedBy(upload::writeTo);
    }

    /** @param before key of an upload there that has much of the same; empty for none */
    Job rsync(Host host, Upload upload, String before) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", resource("rsync.sh"), "murder"));
        List<String> rsync = upload.rsync(before);
        words.add(ShellWords.join(sshTo(host)));
        words.addAll(rsync);
        return new Job(host, words, null, false).shownAs(rsync);
    }

    /** An option and its value are one word, because a value may begin with a dash. */
    private static List<String> tagged(String command, Release release) {
        return new ArrayList<>(List.of("host", command, "--tag=" + release.tag(), "--temp=" + release.tempPath(),
            "--archive=" + release.archive()));
    }

    static void flag(List<String> words, boolean isSet, String option) {
        if (isSet) {
            words.add(option);
        }
    }

    /** @param value empty to leave the option out */
    static void option(List<String> words, String option, String value) {
        if (!value.isEmpty()) {
            words.add(option + value);
        }
    }

    private Job json(Host host, List<String> words, Path input) {
        words.add("--json");
        return new Job(host, ssh(host, line(host, words)), input, false);
    }

    /** The line for the host's shell, which becomes the java process. */
    private String line(Host host, List<String> words) {
        StringBuilder line = new StringBuilder();
        for (String variable : variables(host)) {
            int value = variable.indexOf('=') + 1;
            line.append(variable, 0, value).append(ShellWords.quote(variable.substring(value))).append(' ');
        }
        return line + "exec " + ShellWords.join(java(words));
    }

    /** Environment variables, each with its value. */
    List<String> variables(Host host) {
        // Without a UTF-8 locale Java can only use file names in ASCII.
        List<String> variables = new ArrayList<>(List.of("LC_ALL=C.UTF-8"));
        option(variables, "MURDER_STATE=", config.murderState().replace("%h", host.name()));
        return variables;
    }

    private List<String> java(List<String> words) {
        List<String> command = new ArrayList<>(List.of(config.java(), "-jar", config.jar()));
        command.addAll(words);
        return command;
    }

    /**
     * @param names of scripts, one after the other; a dry run shows the last name
     */
    Job script(Host host, List<String> names, List<String> words, Path input) {
        String script = scripts.computeIfAbsent(names, RemoteCommands::quoted);
        String line = " " + ShellWords.join(words);
        return new Job(host, new ScriptCommand(sshTo(host), script, " murder" + line), input, input != null)
            .shownAs(ssh(host, "sh " + names.get(names.size() - 1) + line));
    }

    /**
     * The words of an ssh that runs a script. Their last one has the script, ten thousand characters
     * long, and exists only while somebody reads it: a fleet of thousands keeps one script.
     */
    private static final class ScriptCommand extends AbstractList<String> {
        private final List<String> ssh;
        private final String script;
        private final String rest;

        ScriptCommand(List<String> ssh, String script, String rest) {
            this.ssh = ssh;
            this.script = script;
            this.rest = rest;
        }

        @Override
        public String get(int index) {
            return index == ssh.size() ? "exec sh -c " + script + rest : ssh.get(index);
        }

        @Override
        public int size() {
            return ssh.size() + 1;
        }
    }

    private List<String> ssh(Host host, String line) {
        List<String> command = sshTo(host);
        command.add(line);
        return command;
    }

    private List<String> sshTo(Host host) {
        List<String> command = new ArrayList<>(config.ssh());
        command.addAll(config.sshOptions());
        // ssh takes the first value of each option, so the configuration wins.
        command.addAll(List.of("-o", "BatchMode=yes", "-o", "ConnectTimeout=" + config.connectTimeoutSeconds(),
            "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4"));
        host.addTo(command);
        return command;
    }

    private static String quoted(List<String> names) {
        StringBuilder text = new StringBuilder();
        names.forEach(name -> text.append(resource(name)));
        return ShellWords.quote(text.toString());
    }

    private static String resource(String name) {
        try (InputStream in = RemoteCommands.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.substring(text.indexOf('\n') + 1); // Without the line of the explanation.
        } catch (IOException e) {
            throw new IllegalStateException("the jar is broken: " + name + " cannot be read", e);
        }
    }
}
