package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import murder.tools.cli.Syntax;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    /** A line with this many blanks before it continues the line above. */
    private static final int CONTINUED = 12;

    @TempDir
    private Path temporary;

    @Test
    void listsCommandsWhenNoneIsGiven() {
        CommandRun run = CommandRun.of();
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("murder: no command is given").contains("java -jar murder-tools.jar COMMAND");
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h"})
    void helpListsEveryCommand(String word) {
        CommandRun run = CommandRun.of(word);
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        for (String name : List.of("tracker", "create", "inspect", "verify", "seed", "peer", "status", "stop", "demo",
            "prepare", "fleet")) {
            assertThat(run.out()).containsPattern("(?m)^    " + name + " +[a-z]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tracker", "create", "inspect", "verify", "seed", "peer", "status", "stop", "demo", "prepare", "fleet"})
    void helpExplainsEveryOption(String name) {
        CommandRun run = CommandRun.of(name, "--help");
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("    murder " + name).isEqualTo(CommandRun.of("help", name).out());
        Syntax syntax = Commands.syntax(name);
        for (String option : syntax.values()) {
            assertThat(run.out()).containsPattern("(?m)(^    |, )" + option + " [A-Z]+");
        }
        for (String option : syntax.flags()) {
            assertThat(run.out()).containsPattern("(?m)^    " + option + " ");
        }
    }

    /** At most 100 columns, and all lines of an option begin in the same one. */
    @Test
    void helpTextsAreTidy() {
        for (Syntax command : Commands.all()) {
            String previous = "";
            for (String line : command.help().split("\n")) {
                assertThat(line).as(command.name()).hasSizeLessThanOrEqualTo(100).matches("\\p{ASCII}*");
                assertThat(indent(previous) < CONTINUED || indent(line) <= indent(previous)).as("%s: %s", command.name(), line).isTrue();
                previous = line;
            }
        }
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    @Test
    void tellsItsVersion() {
        assertThat(CommandRun.of("--version").out()).matches("murder \\d+\\.\\d+\\.\\d+.*\\R");
    }

    @Test
    void refusesAnUnknownCommand() {
        CommandRun run = CommandRun.of("simulat");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("murder: there is no command 'simulat'; 'murder help' lists them" + System.lineSeparator());
        assertThat(CommandRun.of("help", "simulat").status()).isEqualTo(2);
        assertThat(CommandRun.of("simulat", "--help").status()).isEqualTo(2);
    }

    @Test
    void wrongUsageNamesMistakeAndUsage() {
        CommandRun run = CommandRun.of("create", "source", "--private");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).containsExactly("murder create: TRACKER is missing", "usage:",
            "    murder create SOURCE TRACKER TORRENT [--piece-length BYTES] [--hosts N] [--private]",
            "                  [--comment TEXT] [--sha1-only] [--sign KEY [--tag TAG] [--valid-for TIME]]");
    }

    @Test
    void refusesSenselessValues() {
        assertThat(CommandRun.of("tracker", "--port", "70000").err()).startsWith("murder tracker: --port takes a number");
        assertThat(CommandRun.of("tracker", "--interval", "0").err()).startsWith("murder tracker: --interval takes a time from 1s");
        assertThat(CommandRun.of("create", "a", "b", "c").err()).startsWith("murder create: tracker 'b' needs a port");
        assertThat(CommandRun.of("create", "a", "b:1", "c", "--piece-length", "100k").err()).startsWith("murder create: --piece-length");
        assertThat(CommandRun.of("create", "a", "b:1", "c", "--piece-length", "8k").err()).startsWith("murder create: --piece-length");
        assertThat(CommandRun.of("seed", "a", "b", "c", "d").err()).startsWith("murder seed: 'd' is one argument too many");
        assertThat(CommandRun.of("peer", "a", "b", "--seed-for", "soon").err()).startsWith("murder peer: --seed-for: 'soon' is not");
        assertThat(CommandRun.of("stop").err()).startsWith("murder stop: ROLE is missing");
        assertThat(CommandRun.of("stop", "engine").err()).startsWith("murder stop: 'engine' is none of");
        assertThat(CommandRun.of("stop", "tracker", "x").err()).startsWith("murder stop: 'stop tracker' takes no TAG");
        assertThat(CommandRun.of("demo", "--peers", "0").err()).startsWith("murder demo: --peers takes a number from 1 to 200");
    }

    @Test
    void reportsMissingFileInOneLine() {
        Path missing = temporary.resolve("no.torrent");
        for (String[] args : List.of(new String[] {"inspect", missing.toString()}, new String[] {"verify", missing.toString(), "x"},
            new String[] {"seed", missing.toString(), "x"}, new String[] {"peer", missing.toString(), "x"},
            new String[] {"create", missing.toString(), "t:1", temporary.resolve("t").toString()})) {
            CommandRun run = CommandRun.withState(temporary.resolve("state"), args);
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err().lines()).hasSize(1);
            assertThat(run.err()).startsWith("murder " + args[0] + ": ").contains(missing.toString());
        }
    }

    @Test
    void twoDashesEndOptions() {
        CommandRun run = CommandRun.withState(temporary.resolve("state"), "stop", "seeder", "--exact", "--", "--help");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("murder stop: no seeder of '--help' runs here");
    }

    @Test
    void onlyDebugShowsTraces() {
        CommandRun run = CommandRun.of("inspect", temporary.resolve("no.torrent").toString(), "--debug");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("NoSuchFileException", "\tat ");
    }
}
