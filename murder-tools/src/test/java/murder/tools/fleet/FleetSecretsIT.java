package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import murder.order.Membership;
import murder.order.SignedOrder;
import murder.tools.CommandRun;
import murder.tools.OpenSsh;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the keys of a fleet show themselves, and who signs: real agents, processes and OpenSSH. */
@Tag("interop")
@Timeout(240)
class FleetSecretsIT {
    @TempDir
    private Path temporary;
    private Path source;
    private Path key;
    private RealFleet fleet;

    @BeforeEach
    void makeSource() throws IOException {
        source = Files.createDirectories(temporary.resolve("source"));
        byte[] bytes = new byte[500_000];
        new Random(1).nextBytes(bytes);
        Files.write(source.resolve("jar"), bytes);
        key = temporary.resolve("id_user");
    }

    private CommandRun run(Map<String, String> env, String... words) {
        try {
            return fleet.process(env, words);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Otherwise agents stay for half a minute after a deploy. */
    @AfterEach
    void stopAgents() {
        fleet.succeeds("stop_agents");
        fleet.awaitEndOfAgents();
    }

    /** Arguments and environment of all processes that have anything to do with this fleet. */
    private String processes() throws IOException {
        StringBuilder all = new StringBuilder();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            Path folder = Path.of("/proc/" + process.pid());
            try {
                String text = Files.readString(folder.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    + Files.readString(folder.resolve("environ"), StandardCharsets.ISO_8859_1);
                all.append(text.contains(temporary.toString()) ? text : "");
            } catch (IOException e) {
                continue; // It has ended, or is another user's.
            }
        }
        return all.toString();
    }

    /** Agents that leave meanwhile delete what they have. */
    private static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (!(e instanceof NoSuchFileException)) {
                    throw e;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                return e == null ? FileVisitResult.CONTINUE : visitFileFailed(visited, e);
            }
        });
        return files;
    }

    private void assertNowhere(Secrets secrets, String... allowed) throws IOException {
        for (Path file : files(temporary)) {
            try {
                assertNotIn(file, secrets, allowed);
            } catch (NoSuchFileException e) {
                continue; // Deleted meanwhile.
            }
        }
    }

    private static void assertNotIn(Path file, Secrets secrets, String... allowed) throws IOException {
        List<String> found = secrets.in(Files.readAllBytes(file));
        if (Stream.of(allowed).noneMatch(file::endsWith)) {
            assertThat(found).as("%s", file).isEmpty();
        } else {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).as("%s", file).isEqualTo("rw-------");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--json"})
    void keysAreOnlyWhereTheyAreKept(String json) throws Exception {
        fleet = new RealFleet(temporary);
        fleet.succeeds("keys");
        Secrets signing = Secrets.ofSigningKeys(fleet.folder().path().resolve(KeyRing.FILE));
        Secrets swarm = Secrets.ofSwarmKeys(fleet.folder().path().resolve(KeyRing.FILE));
        String[] words = Stream.of("tag=v1", "files_path=" + source, json).filter(word -> !word.isEmpty()).toArray(String[]::new);
        String printed = fleet.deploy(all -> run(Map.of(), all), () -> {
            String processes = processes();
            assertThat(processes).contains("--fleet=127.0.0.1:", "murder.tools.Main", "fleet");
            assertThat(signing.in(processes)).isEmpty();
            assertThat(swarm.in(processes)).isEmpty();
            assertNowhere(signing, "keys");
            assertNowhere(swarm, "keys", "membership");
        }, words);
        String more = fleet.succeeds("keys") + fleet.run("keys", "import", source.resolve("jar").toString()).err()
            + fleet.run("keys", "--json").out() + fleet.run("deploy", "tag=v1", "files_path=/nowhere", "--debug").err()
            + fleet.run("deploy", "tag=v1", "files_path=" + source, "--dry-run").out();
        assertThat(signing.in(printed + more)).isEmpty();
        assertThat(swarm.in(printed + more)).isEmpty();
        assertNowhere(signing, "keys");
        assertNowhere(swarm, "keys", "membership");
        // The search itself finds what is there.
        assertThat(signing.in(Files.readAllBytes(fleet.folder().path().resolve(KeyRing.FILE)))).isNotEmpty();
        assertThat(swarm.in(Files.readAllBytes(fleet.folder().path().resolve(KeyRing.FILE)))).isNotEmpty();
    }

    private void assertSignedBy(Path publicHalf) throws Exception {
        String line = Files.readString(publicHalf).strip();
        SignedOrder order = fleet.lastOrder();
        Path path = files(fleet.host("h2")).stream().filter(file -> file.endsWith("membership")).findFirst().orElseThrow();
        Membership membership = Membership.read(path);
        assertThat(membership.signers()).singleElement().asString().contains(line.substring(0, line.lastIndexOf(' ')));
        assertThat(order.check(membership.policy(), order.order().made(), -1)).isNotNull();
        assertThat(fleet.host("h3").resolve("releases/v1/jar")).hasSameBinaryContentAs(source.resolve("jar"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-t ed25519", "-t ecdsa -b 256", "-t rsa -b 2048"})
    void userKeySignsOrders(String type) throws Exception {
        OpenSsh.newKey(key, "", "me", type.split(" "));
        fleet = new RealFleet(temporary, "sign_key = " + key);
        CommandRun run = run(Map.of("SSH_AUTH_SOCK", ""), "deploy", "tag=v1", "files_path=" + source, "destination_path=releases");
        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertSignedBy(temporary.resolve("id_user.pub"));
        Secrets secrets = Secrets.ofPrivateKey(key);
        assertThat(secrets.in(Files.readAllBytes(key))).isNotEmpty();
        assertThat(secrets.in(run.out() + run.err())).isEmpty();
        assertNowhere(secrets, "id_user");
    }

    @Test
    void agentSignsOrders() throws Exception {
        OpenSsh.newKey(key, "", "me", "-t", "ed25519");
        Secrets secrets = Secrets.ofPrivateKey(key);
        fleet = new RealFleet(temporary, "sign_key = " + key + ".pub");
        String[] deploy = {"deploy", "tag=v1", "files_path=" + source, "destination_path=releases"};
        try (OpenSsh agent = new OpenSsh(temporary)) {
            agent.add(key);
            Files.delete(key);
            CommandRun run = run(agent.env(), deploy);
            assertThat(run.status()).as(run.out() + run.err()).isZero();
            assertSignedBy(temporary.resolve("id_user.pub"));
            assertNowhere(secrets);
        }
        CommandRun without = run(Map.of("SSH_AUTH_SOCK", ""), deploy);
        assertThat(without.status()).isEqualTo(1);
        assertThat(without.err()).contains("cannot sign with " + key + ".pub");
    }
}
