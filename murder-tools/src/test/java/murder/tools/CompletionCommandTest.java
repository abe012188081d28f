package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.Syntax;
import murder.tools.manual.Completion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script for bash, tried in bash. */
class CompletionCommandTest {
    @TempDir
    private Path temporary;

    @Test
    void bashCompletesCommandsTasksAndOptions() throws Exception {
        assertThat(completed("tr")).containsExactly("tracker");
        assertThat(completed("tracker", "--tr")).containsExactly("--trust-ip");
        assertThat(completed("fleet", "distr")).containsExactly("distribute_files");
        assertThat(completed("fleet", "deploy", "--ret")).containsExactly("--retry");
        assertThat(completed("host", "pa")).containsExactly("pack");
        assertThat(completed("host", "pack", "--pa")).containsExactly("--path-is-file");
        assertThat(completed("help", "simu")).containsExactly("simulate");
    }

    @Test
    void bashLeavesFilesToItsDefault() throws Exception {
        assertThat(completed("seed", "build")).isEmpty();
        assertThat(completed("unknown", "--o")).isEmpty();
    }

    @Test
    void everyOptionIsInBothScripts() {
        String bash = CommandRun.of("completion", "bash").out();
        String zsh = CommandRun.of("completion", "zsh").out();
        for (Syntax command : Commands.all()) {
            List<String> options = new ArrayList<>(command.values());
            options.addAll(command.flags());
            assertThat(options).allSatisfy(option -> {
                assertThat(bash).contains(option);
                assertThat(zsh).contains(option);
            });
        }
        assertThat(zsh).startsWith("#compdef murder\n");
    }

    @Test
    void everyHostTaskHasOptions() {
        assertThat(Completion.tasks(Commands.syntax("host"))).isNotEmpty()
            .allSatisfy(task -> assertThat(Commands.syntax("host " + task)).isNotNull());
    }

    @Test
    void refusesOtherShells() {
        assertThat(CommandRun.of("completion", "fish").status()).isEqualTo(2);
    }

    @Test
    void helpPrintsManPages() {
        assertThat(CommandRun.of("help", "--man").out()).startsWith(".TH \"MURDER\" 1 ");
        assertThat(CommandRun.of("help", "--man", "host", "pack").out()).startsWith(".TH \"MURDER-HOST-PACK\" 1 ");
        assertThat(CommandRun.of("help", "--man", "simulat").status()).isEqualTo(2);
    }

    private List<String> completed(String... words) throws Exception {
        Path script = Files.writeString(temporary.resolve("murder"), CommandRun.of("completion", "bash").out() + """
            COMP_WORDS=(murder "$@")
            COMP_CWORD=$#
            _murder
            printf '%s\\n' "${COMPREPLY[@]}"
            """);
        String[] command = new String[words.length + 2];
        command[0] = "bash";
        command[1] = script.toString();
        System.arraycopy(words, 0, command, 2, words.length);
        Path out = temporary.resolve("out");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readAllLines(out).stream().filter(line -> !line.isEmpty()).toList();
    }
}
