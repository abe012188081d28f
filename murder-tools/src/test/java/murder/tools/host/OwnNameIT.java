package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that takes its own name for 127.0.1.1, as Debian sets it up. Each test has a mount
 * namespace with a hosts file of its own. Needs root and the program unshare; without them it
 * fails.
 */
@Tag("e2e")
@Timeout(120)
class OwnNameIT {
    @TempDir
    Path folder;

    /** {@code $murder} is the command. */
    private String onHost(String... lines) throws Exception {
        Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n127.0.1.1 build1\n");
        String murder = "env MURDER_STATE=" + folder.resolve("state") + " " + Path.of(System.getProperty("java.home"), "bin", "java")
            + " -jar " + System.getProperty("murder.jar");
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder("unshare", "-m", "-u", "sh", "-c", "set -e\ncd " + folder + "\nmurder='" + murder
            + "'\nhostname build1\nmount --bind hosts /etc/hosts\n" + String.join("\n", lines)).redirectErrorStream(true)
            .redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    @Test
    void checkWarnsOfLoopbackNames() throws Exception {
        assertThat(onHost("$murder host check --tracker=build1:8998")).contains("warn  the host's own name means 127.0.1.1 on it",
            "nothing to do", "warn  the tracker's name build1 means 127.0.1.1 there");
        assertThat(onHost("$murder host check --tracker=127.0.0.1:8998 --json"))
            .contains("\"warning\":\"the host's own name means 127.0.1.1")
            .doesNotContain("the tracker's name");
    }

    /** Other hosts find a tracker and a seeder there that listen everywhere. */
    @Test
    void seederListensOnAllAddresses() throws Exception {
        assertThat(onHost("echo x > file", "port=$($murder host start-tracker --port=0 --json | sed 's/.*\"port\":\\([0-9]*\\).*/\\1/')",
            "trap '$murder stop seeder; $murder stop tracker' EXIT",
            "$murder host pack --tag=t --files=$PWD/file --path-is-file --temp=$PWD/temp --tracker=build1:$port",
            "$murder host start-seeding --tag=t --temp=$PWD/temp --json")).contains("\"result\":\"seeding\"", "\"address\":\"*\"");
    }
}
