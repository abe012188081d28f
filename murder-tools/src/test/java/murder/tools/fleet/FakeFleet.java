package murder.tools.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.tools.CommandRun;

/**
 * A fleet whose ssh runs everything here, each host in a folder of its own, with a stand-in for
 * java that says what is wanted.
 */
final class FakeFleet {
    private final Path root;
    private final Path config;

    /** @param hosts their names; the first is tracker and seeder */
    FakeFleet(Path root, List<String> hosts, String... moreConfig) throws IOException {
        this.root = root;
        for (String host : hosts) {
            Files.createDirectories(root.resolve(host));
        }
        Files.createDirectories(temp());
        copy("fake-ssh.sh", root.resolve("ssh"));
        copy("fake-java.sh", Files.createDirectories(root.resolve("bin")).resolve("java"));
        // A machine with systemd gets no service by a test.
        Path none = Files.writeString(root.resolve("bin/systemctl"), "#!/bin/sh\nexit 1\n");
        Files.setPosixFilePermissions(none, PosixFilePermissions.fromString("rwxr-xr-x"));
        config = Files.writeString(root.resolve("murder.properties"), "role.peer = " + String.join(", ", hosts) + "\n"
            + "ssh = env FAKE_FLEET=" + root + " FAKE_JAVA=" + Path.of(System.getProperty("java.home"), "bin", "java") + " FAKE_CLASSES="
            + System.getProperty("java.class.path") + " PATH=" + root.resolve("bin") + ":/usr/bin:/bin sh " + root.resolve("ssh") + "\n"
            + "remote_murder_path = " + root.resolve("control/murder") + "\n"
            + "default_temp_path = " + temp() + "\n"
            + "default_destination_path = " + root.resolve("control/releases") + "\n"
            + String.join("\n", moreConfig) + "\n");
    }

    private static void copy(String resource, Path target) throws IOException {
        try (InputStream in = FakeFleet.class.getResourceAsStream(resource)) {
            Files.copy(in, target);
        }
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path root() {
        return root;
    }

    Path config() {
        return config;
    }

    /** The folder for archives and torrents on the machine that runs the tasks. */
    Path temp() {
        return root.resolve("control/tmp");
    }

    Path host(String name) {
        return root.resolve(name);
    }

    /**
     * A host's reaction is set by a file in its folder. The file appears with its content: the fake
     * agents of the command before may still look, and an empty file is an agent that leaves.
     */
    FakeFleet with(String host, String file, String content) throws IOException {
        Path written = Files.writeString(root.resolve("." + host + "." + file), content);
        Files.move(written, host(host).resolve(file), StandardCopyOption.REPLACE_EXISTING);
        return this;
    }

    /** The host runs systemd, or a program that plays it. Returns the folder of its units. */
    Path systemd(String host) throws IOException {
        copy("fake-systemctl.sh", Files.createDirectories(host(host).resolve("bin")).resolve("systemctl"));
        return Files.createDirectories(host(host).resolve("etc/systemd/system"));
    }

    /** A small torrent of this tag, as the seeder has it. */
    Metainfo torrent(Path target, String tag) throws IOException, InterruptedException {
        Path payload = Files.write(root.resolve(tag + ".tgz"), new byte[100_000]);
        Metainfo metainfo = TorrentCreator.create(payload,
            TorrentCreator.Options.builder().trackers(List.of(List.of("http://127.0.0.1:8998/announce"))).build(), HashProgress.NONE);
        Files.write(target, metainfo.toBytes());
        return metainfo;
    }

    /** Brings a torrent of this tag to the machine that runs the tasks. */
    Metainfo fetchTorrent(String host, String tag) throws IOException, InterruptedException {
        Metainfo metainfo = torrent(host(host).resolve("torrent"), tag);
        CommandRun run = run("download_torrent", "tag=" + tag);
        if (run.status() != 0) {
            throw new IOException(run.err());
        }
        Files.delete(host(host).resolve("log"));
        return metainfo;
    }

    /** The torrents that are kept on the machine that runs the tasks. */
    List<Path> keptTorrents() throws IOException {
        try (Stream<Path> files = Files.list(state())) {
            return files.filter(file -> file.toString().endsWith(".torrent") || file.toString().endsWith(".tmp")).toList();
        }
    }

    /** The state folder of the machine that runs the tasks. */
    Path state() {
        return root.resolve("control/state");
    }

    CommandRun run(String... words) {
        return run(Map.of(), words);
    }

    CommandRun run(Map<String, String> env, String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "fleet";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--config";
        all[words.length + 2] = config.toString();
        Map<String, String> variables = new HashMap<>(env);
        variables.put("MURDER_STATE", state().toString());
        return CommandRun.in(variables, all);
    }

    /** The command lines that murder got on this host, their words separated by bars. */
    List<String> log(String host) throws IOException {
        Path log = host(host).resolve("log");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }
}
