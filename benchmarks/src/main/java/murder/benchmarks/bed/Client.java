package murder.benchmarks.bed;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The programs that are compared, and how each is started: over TCP only, without DHT, local
 * discovery and port mapping, otherwise as it comes. The methods give lines for a shell, which run
 * until they are killed unless {@link #endsWhenWhole()}.
 */
enum Client {
    MURDER("murder", List.of()) {
        @Override
        String tracker(Site site) throws IOException {
            return state(site, Site.TRACKER) + murder(site, "tracker", "--port", Site.TRACKER_PORT, "--bind", site.address(Site.TRACKER));
        }

        @Override
        String seeder(Site site) throws IOException {
            return state(site, Site.SEEDER) + murder(site, "seed", site.torrent(), site.copy(Site.SEEDER), site.address(Site.SEEDER));
        }

        @Override
        String peer(Site site, int host) throws IOException {
            return state(site, host) + murder(site, "peer", site.torrent(), site.copy(host), site.address(host));
        }

        /** Without this the hosts would share one folder. */
        private String state(Site site, int host) throws IOException {
            return "MURDER_STATE=" + Shell.quote(site.state(host).toString()) + " ";
        }

        private String murder(Site site, Object... words) {
            return Shell.line(site.tools().java(), "-jar", site.tools().jar()) + " " + Shell.line(words);
        }

        @Override
        int usualPieceLength() {
            return 0;
        }

        @Override
        List<String> versionCommand(Tools tools) {
            return List.of(tools.java().toString(), "-jar", tools.jar().toString(), "--version");
        }
    },

    ARIA2("aria2", List.of(new Program("aria2c", "aria2"), Program.OPENTRACKER)) {
        @Override
        String seeder(Site site) throws IOException {
            return aria2(site, Site.SEEDER) + " --bt-seed-unverified=true " + Shell.line(site.torrent());
        }

        @Override
        String peer(Site site, int host) throws IOException {
            return aria2(site, host) + " --bt-hash-check-seed=false " + Shell.line(site.torrent());
        }

        private String aria2(Site site, int host) throws IOException {
            return Shell.line("aria2c", "--no-conf", "--dir=" + site.home(host), "--enable-dht=false", "--enable-dht6=false",
                "--bt-enable-lpd=false", "--disable-ipv6=true", "--file-allocation=none", "--seed-ratio=0.0", "--bt-max-peers=200",
                "--interface=" + site.address(host), "--bt-external-ip=" + site.address(host), "--listen-port=" + site.port(host),
                "--summary-interval=0", "--console-log-level=warn", "--bt-request-peer-speed-limit=1000M", "--bt-tracker-interval=5",
                "--on-bt-download-complete=" + site.hook());
        }

        @Override
        List<String> versionCommand(Tools tools) {
            return List.of("aria2c", "--version");
        }
    },

    TRANSMISSION("transmission", List.of(new Program("transmission-cli", "transmission-cli"), Program.OPENTRACKER)) {
        @Override
        String seeder(Site site) throws IOException {
            return peer(site, Site.SEEDER);
        }

        @Override
        String peer(Site site, int host) throws IOException {
            Files.writeString(site.state(host).resolve("settings.json"), """
                {"dht-enabled": false, "lpd-enabled": false, "utp-enabled": false, "port-forwarding-enabled": false,
                 "bind-address-ipv4": "%s", "preallocation": 0, "peer-limit-per-torrent": 200}
                """.formatted(site.address(host)));
            return Shell.line("transmission-cli", "--config-dir", site.state(host), "--download-dir", site.home(host), "--no-portmap",
                "--port", site.port(host), "--finish", site.hook(), site.torrent());
        }

        @Override
        List<String> versionCommand(Tools tools) {
            return List.of("transmission-cli", "--version");
        }
    },

    LIBTORRENT("libtorrent", List.of(Program.OPENTRACKER)) {
        @Override
        String seeder(Site site) throws IOException {
            return libtorrent(site, Site.SEEDER, "usual", "seed");
        }

        @Override
        String peer(Site site, int host) throws IOException {
            return libtorrent(site, host, "usual", "download");
        }

        @Override
        List<String> versionCommand(Tools tools) {
            return LIBTORRENT_HP.versionCommand(tools);
        }
    },

    /** With its preset {@code high_performance_seed} on every host. */
    LIBTORRENT_HP("libtorrent-hp", List.of(Program.OPENTRACKER)) {
        @Override
        String seeder(Site site) throws IOException {
            return libtorrent(site, Site.SEEDER, "high_performance_seed", "seed");
        }

        @Override
        String peer(Site site, int host) throws IOException {
            return libtorrent(site, host, "high_performance_seed", "download");
        }

        @Override
        List<String> versionCommand(Tools tools) {
            return List.of(tools.python(), "-c", "import libtorrent; print('libtorrent', libtorrent.__version__)");
        }
    },

    /** bt-core, in a JVM like those of the other engines. */
    BT("bt", List.of(Program.OPENTRACKER), new EngineJars("bt", "bt-core", "BtProgram")) {
        @Override
        String seeder(Site site) throws BedException, IOException {
            return peer(site, Site.SEEDER);
        }

        @Override
        String peer(Site site, int host) throws BedException, IOException {
            return program(site, jars(), site.torrent(), site.home(host), site.address(host), site.port(host), Host.CALL, Run.WHOLE);
        }
    },

    /** ttorrent-core, which takes the seeder's payload for right. */
    TTORRENT("ttorrent", List.of(Program.OPENTRACKER), new EngineJars("ttorrent", "ttorrent-core", "TtorrentProgram")) {
        @Override
        String seeder(Site site) throws BedException, IOException {
            return ttorrent(site, Site.SEEDER, "seed");
        }

        @Override
        String peer(Site site, int host) throws BedException, IOException {
            return ttorrent(site, host, "download");
        }

        private String ttorrent(Site site, int host, String mode) throws BedException, IOException {
            return program(site, jars(), site.torrent(), site.home(host), site.address(host), mode, Host.CALL, Run.WHOLE);
        }
    },

    /**
     * No swarm at all: every host fetches the file from one nginx by curl, and nobody hashes
     * anything.
     */
    HTTP("http", List.of(new Program("nginx", "nginx-light"), new Program("curl", "curl"))) {
        @Override
        String tracker(Site site) {
            return null;
        }

        @Override
        String seeder(Site site) throws IOException {
            Path conf = site.state(Site.SEEDER).resolve("nginx.conf");
            Files.writeString(conf, """
                user root; worker_processes 1; daemon off; pid %1$s/nginx.pid; error_log stderr;
                events { worker_connections 4096; }
                http {
                    access_log off; sendfile on;
                    client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
                    server { listen %2$s:80; root %3$s; }
                }
                """.formatted(site.state(Site.SEEDER), site.address(Site.SEEDER), site.home(Site.SEEDER)));
            return Shell.line("nginx", "-c", conf);
        }

        @Override
        String peer(Site site, int host) throws IOException {
            return Shell.line("curl", "--silent", "--show-error", "--fail", "--noproxy", "*", "--interface", site.address(host),
                "--output", site.copy(host), "http://" + site.address(Site.SEEDER) + "/" + Payload.NAME);
        }

        @Override
        List<String> versionCommand(Tools tools) {
            return List.of("nginx", "-v");
        }
    },

    /**
     * No swarm either: connections from the seeder to each host, and every piece is hashed there.
     * See {@link Bare}.
     */
    BARE("bare", List.of()) {
        @Override
        String tracker(Site site) {
            return null;
        }

        @Override
        String seeder(Site site) throws IOException {
            return bare(site, "serve", site.copy(Site.SEEDER), site.address(Site.SEEDER), site.port(Site.SEEDER));
        }

        @Override
        String peer(Site site, int host) throws IOException {
            return bare(site, "fetch", site.torrent(), site.copy(host), site.address(Site.SEEDER), site.port(Site.SEEDER));
        }

        /** A small JVM whose hashing is compiled early, as that of 'murder peer' is. */
        private String bare(Site site, Object... words) {
            return Shell.line(site.tools().java(), "-XX:+UseSerialGC", "-Xmx256m", "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.DigestBase::implCompressMultiBlock*,0.001",
                "-cp", System.getProperty("java.class.path"), Bare.class.getName()) + " " + Shell.line(words);
        }

        @Override
        List<String> versionCommand(Tools tools) {
            return List.of("echo", "bare JVM, no swarm");
        }
    };

    /** The usual choice of creators for a payload of this size. */
    private static final int USUAL_PIECE_LENGTH = 256 * 1024;

    private final String label;
    private final List<Program> programs;
    private final EngineJars jars;

    Client(String label, List<Program> programs) {
        this(label, programs, null);
    }

    Client(String label, List<Program> programs, EngineJars jars) {
        this.label = label;
        this.programs = programs;
        this.jars = jars;
    }

    static Client labelled(String label) throws UsageException {
        for (Client client : values()) {
            if (client.label.equals(label)) {
                return client;
            }
        }
        throw new UsageException("--clients: no '" + label + "'; there are "
            + Arrays.stream(values()).map(Client::label).collect(Collectors.joining(", ")));
    }

    /** As on the command line and in results. */
    String label() {
        return label;
    }

    /** The required programs, apart from Python and libtorrent. */
    List<Program> programs() {
        return programs;
    }

    /** Jars that the user must bring; null for none. */
    EngineJars jars() {
        return jars;
    }

    boolean needsLibtorrent() {
        return this == LIBTORRENT || this == LIBTORRENT_HP;
    }

    /**
     * Null for none. Public clients get a public tracker, which serves no torrents but those on a
     * list.
     */
    String tracker(Site site) throws IOException {
        Files.writeString(site.folder().resolve("served"), site.infoHash() + "\n");
        return Shell.line("opentracker", "-i", site.address(Site.TRACKER), "-p", Site.TRACKER_PORT, "-P", Site.TRACKER_PORT,
            "-u", "nobody", "-d", site.folder(), "-w", "served");
    }

    abstract String seeder(Site site) throws BedException, IOException;

    abstract String peer(Site site, int host) throws BedException, IOException;

    /**
     * Whether the end of the peer's process with status 0 is the sign that all is there; others
     * tell by {@link Site#hook()}.
     */
    boolean endsWhenWhole() {
        return this == MURDER || this == HTTP || this == BARE;
    }

    /** Whether the seeder prints a line that begins with {@link Run#READY}. */
    boolean saysWhenReady() {
        return this == MURDER || this == BARE || jars != null;
    }

    /** For torrents of this client, unless all are to have the same; 0 for what Murder chooses. */
    int usualPieceLength() {
        return USUAL_PIECE_LENGTH;
    }

    /** Whose first line names the client's version; not called for a client with jars. */
    List<String> versionCommand(Tools tools) {
        throw new IllegalStateException(label + " has no command that prints its version");
    }

    String version(Tools tools) throws BedException, IOException, InterruptedException {
        return jars != null ? jars.version(tools.jars()) : Shell.run(versionCommand(tools)).firstLine();
    }

    /** The bed's program for another engine, in a JVM with an ordinary heap. */
    private static String program(Site site, EngineJars jars, Object... words) throws BedException, IOException {
        return Shell.line(site.tools().java(), "-XX:+UseSerialGC", "-Xmx512m", "-cp", jars.classPath(site.tools().jars(), site.folder()),
            jars.program()) + " " + Shell.line(words);
    }

    private static String libtorrent(Site site, int host, String preset, String mode) throws IOException {
        Path script = site.folder().resolve("libtorrent_client.py");
        if (!Files.exists(script)) {
            try (InputStream in = Client.class.getResourceAsStream("libtorrent_client.py")) {
                if (in == null) {
                    throw new FileNotFoundException("libtorrent_client.py is not in this build");
                }
                Files.copy(in, script);
            }
        }
        return Shell.line(site.tools().python(), script, site.torrent(), site.home(host), site.address(host) + ":" + site.port(host),
            site.address(host), preset, mode, Host.CALL, Run.WHOLE);
    }
}
