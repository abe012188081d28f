package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final Syntax SYNTAX = new Syntax("try", "to try", "    murder try A B [C]\n\ntext\n", List.of("A", "B", "C"), 2,
        List.of("--port", "--limit", "--for", "--size"), List.of("--json"));

    private static Arguments parse(String... words) throws UsageException {
        return Arguments.parse(SYNTAX, List.of(words));
    }

    @Test
    void sortsPositionalsValuesAndFlags() throws UsageException {
        Arguments arguments = parse("a", "--port", "80", "b", "--limit=8kbit", "--json", "--for", "1.5s");
        assertThat(arguments.positional(0)).isEqualTo("a");
        assertThat(arguments.positional(1)).isEqualTo("b");
        assertThat(arguments.positional(2)).isNull();
        assertThat(arguments.port(0)).isEqualTo(80);
        assertThat(arguments.rate("--limit")).isEqualTo(1000);
        assertThat(arguments.duration("--for", null)).isEqualTo(Duration.ofMillis(1500));
        assertThat(arguments.size("--size", 7)).isEqualTo(7);
        assertThat(arguments.has("--json")).isTrue();
        assertThat(arguments.has("--debug")).isFalse();
    }

    @Test
    void wordsAfterDashesArePositional() throws UsageException {
        assertThat(parse("a", "--", "--port").positional(1)).isEqualTo("--port");
    }

    @Test
    void valueMayHoldEqualsSign() throws UsageException {
        assertThat(parse("a", "b", "--size=x=y").text("--size", "")).isEqualTo("x=y");
    }

    @Test
    void refusesUnknownWords() {
        assertThatThrownBy(() -> parse("a", "b", "--nosuch")).isInstanceOf(UsageException.class).hasMessage("unknown option --nosuch");
        assertThatThrownBy(() -> parse("a", "b", "--nosuch=1")).hasMessage("unknown option --nosuch");
        assertThatThrownBy(() -> parse("a", "b", "-x")).hasMessage("unknown option -x");
        assertThatThrownBy(() -> parse("a", "b", "c", "d")).hasMessage("'d' is one argument too many");
        assertThatThrownBy(() -> parse("a")).hasMessage("B is missing");
        assertThatThrownBy(() -> parse()).hasMessage("A is missing");
    }

    @Test
    void refusesMissingDoubledAndNeedlessValues() {
        assertThatThrownBy(() -> parse("a", "b", "--port")).hasMessage("--port needs a value");
        assertThatThrownBy(() -> parse("a", "b", "--port", "--json")).hasMessage("--port needs a value");
        assertThatThrownBy(() -> parse("a", "b", "--json=yes")).hasMessage("--json takes no value");
        assertThatThrownBy(() -> parse("a", "b", "--port", "1", "--port=2")).hasMessage("--port is given twice");
    }

    @Test
    void refusesWrongNumbers() {
        assertThatThrownBy(() -> parse("a", "b", "--port", "http").port(0)).hasMessage("--port takes a whole number, not 'http'");
        assertThatThrownBy(() -> parse("a", "b", "--port", "-1").port(0)).hasMessage("--port takes a number from 0 to 65535, not -1");
        assertThatThrownBy(() -> parse("a", "b", "--port", "65536").port(0)).hasMessageContaining("not 65536");
        assertThatThrownBy(() -> parse("a", "b", "--limit", "fast").rate("--limit"))
            .hasMessageStartingWith("--limit: 'fast' is not a rate");
        assertThatThrownBy(() -> parse("a", "b", "--size", "1T").size("--size", 0)).hasMessageStartingWith("--size: '1T' is not a size");
    }
}
