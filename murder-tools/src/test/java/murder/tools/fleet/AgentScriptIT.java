package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import murder.tools.agent.AgentStart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts agents, with a stand-in for java. */
@Timeout(60)
class AgentScriptIT {
    private static final Path SCRIPTS = Path.of("src/main/resources/murder/tools/fleet");
    private static final byte[] JAR = "a jar".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ARCHIVE = "an archive".getBytes(StandardCharsets.UTF_8);
    private static final String MEMBERSHIP = "murder-membership\nfleet f\nend\n";

    @TempDir
    private Path temporary;
    private Path folder;
    private Path jar;
    private Path archive;
    private Path note;
    private Process ssh;

    @BeforeEach
    void makeJar() throws IOException {
        temporary = temporary.toRealPath();
        folder = Files.createDirectory(temporary.resolve("murder"));
        jar = Files.write(folder.resolve("tools.jar"), JAR);
        archive = Files.write(folder.resolve("tools.jsa"), ARCHIVE);
        note = Files.writeString(folder.resolve("tools.jsa.for"), note(jar));
        for (Path file : List.of(archive, note)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        Path java = Files.writeString(temporary.resolve("java"), """
            #!/bin/sh
            printf '%s\\n' "$@" "LIMIT=$LIMIT" > words
            while read -r line; do
                echo "$line" >> membership
                [ "$line" != end ] || break
            done
            echo '{"type":"result","result":"joined","ok":true}'
            while read -r line; do
                echo "said $line"
            done
            """);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void end() throws InterruptedException {
        if (ssh != null) {
            ssh.destroyForcibly().waitFor();
        }
    }

    private static String note(Path ofJar) {
        return "17.0.1 /usr/lib/jvm/java\n" + ofJar + " " + JAR.length + " 1\n" + ARCHIVE.length + " 1\nits hash\n";
    }

    private BufferedReader start(String joined) throws Exception {
        return start(joined, null);
    }

    /** @param sent the compressed jar, if the host has none; else null */
    private BufferedReader start(String joined, byte[] sent) throws Exception {
        String script = Files.readString(SCRIPTS.resolve("jar.sh")) + Files.readString(SCRIPTS.resolve("agent.sh"));
        int length = sent == null ? JAR.length : sent.length;
        ssh = new ProcessBuilder("sh", "-c", script, "murder", folder.toString(), "tools.jar",
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(JAR)), Integer.toString(length), "30", joined,
            temporary.resolve("java").toString(), "-Xa -Xb=*", "LIMIT=a b", "--", "Main", "agent", "--name=a b")
            .directory(temporary.toFile()).redirectErrorStream(true).start();
        say(MEMBERSHIP);
        BufferedReader out = new BufferedReader(new InputStreamReader(ssh.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine()).isEqualTo("{\"type\":\"send\",\"already\":" + (sent == null) + "}");
        if (sent != null) {
            ssh.getOutputStream().write(sent);
            ssh.getOutputStream().flush();
        }
        assertThat(out.readLine()).contains("\"joined\"");
        return out;
    }

    private void say(String text) throws IOException {
        OutputStream in = ssh.getOutputStream();
        in.write(text.getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    private List<String> words() throws IOException {
        return Files.readAllLines(temporary.resolve("words"));
    }

    @Test
    void startsFromArchiveOfJar() throws Exception {
        assertThat(start("").readLine()).isNull();
        assertThat(ssh.waitFor()).isZero();
        List<String> expected = new ArrayList<>(List.of("-XX:SharedArchiveFile=" + archive, "-Xa", "-Xb=*"));
        expected.addAll(AgentStart.processorOptions());
        expected.addAll(List.of("-cp", jar.toString(), "Main", "agent", "--name=a b", "LIMIT=a b"));
        assertThat(words()).isEqualTo(expected);
        assertThat(temporary.resolve("membership")).hasContent(MEMBERSHIP);
    }

    @Test
    void jarComesAlone() throws Exception {
        for (Path file : List.of(jar, archive, note)) {
            Files.delete(file);
        }
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(sent)) {
            gzip.write(JAR);
        }
        assertThat(start("", sent.toByteArray()).readLine()).isNull();
        assertThat(ssh.waitFor()).isZero();
        assertThat(jar).hasBinaryContent(JAR);
        assertThat(folder.toFile().list()).containsExactly("tools.jar");
    }

    @Test
    void ignoresArchivesOfOthers() throws Exception {
        Files.writeString(note, note(temporary.resolve("other.jar")));
        assertThat(start("").readLine()).isNull();
        assertThat(words()).startsWith("-Xa");
        Files.writeString(note, note(jar));
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-rw-r--"));
        assertThat(start("").readLine()).isNull();
        assertThat(words()).startsWith("-Xa");
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(note, note(jar).replace(ARCHIVE.length + " 1", "-1 1"));
        assertThat(start("").readLine()).isNull();
        assertThat(words()).startsWith("-Xa");
        Files.writeString(note, note(jar));
        Files.writeString(archive, "cut");
        assertThat(start("").readLine()).isNull();
        assertThat(words()).startsWith("-Xa");
    }

    /** The ssh to the tracker's host goes on as the agent's input and output. */
    @Test
    void joinsAgentWithSsh() throws Exception {
        BufferedReader out = start("joined");
        say("order 1\norder 2\n");
        assertThat(out.readLine()).isEqualTo("said order 1");
        assertThat(out.readLine()).isEqualTo("said order 2");
        ssh.getOutputStream().close();
        assertThat(out.readLine()).isNull();
        assertThat(ssh.waitFor()).isZero();
    }
}
