package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void writesMembersInOrder() {
        Json json = new Json().put("a", "x").put("b", -1).put("c", true).put("d", 1.0).put("e", 0.12345)
            .putStrings("f", List.of("y", "z")).putTiers("g", List.of(List.of("1"), List.of())).put("h", new Json())
            .putObjects("i", List.of(new Json().put("j", 0), new Json()));
        assertThat(json).hasToString("{\"a\":\"x\",\"b\":-1,\"c\":true,\"d\":1,\"e\":0.123,\"f\":[\"y\",\"z\"],\"g\":[[\"1\"],[]],\"h\":{},"
            + "\"i\":[{\"j\":0},{}]}");
    }

    @Test
    void escapesAllButPrintableAscii() {
        assertThat(new Json().put("\"", "a\"b\\c\nd\re\tf\u0000g\u007fh\u00fci\ud83d\ude00j\ud800"))
            .hasToString("{\"\\\"\":\"a\\\"b\\\\c\\nd\\re\\tf\\u0000g\\u007fh\\u00fci\\ud83d\\ude00j\\ud800\"}");
    }

    @Test
    void refusesInfiniteNumbers() {
        assertThatThrownBy(() -> new Json().put("ratio", 0.0 / 0)).hasMessage("ratio is not a number: NaN");
    }

    @Property(tries = 200)
    void readsWrittenJson(@ForAll String name, @ForAll String value, @ForAll long number, @ForAll boolean flag) {
        Json json = new Json().put("n" + name, value).put("number", number).put("flag", flag);
        assertThat(json.toString()).doesNotContain("\n");
        assertThat(FlatJson.parse(json + "\n")).isEqualTo(
            Map.of("n" + name, value, "number", Long.toString(number), "flag", Boolean.toString(flag)));
    }

    @Property(tries = 200)
    void readsOrRefusesAnything(@ForAll String text) {
        try {
            FlatJson.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("expected ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}x", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":{}}", "{\"a\":[]}", "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}", "{\"a\":\"\n\"}", "{\"a\":1 \"b\":2}", "{a:1}", "{\"a\":\"b"})
    void refusesWhatIsNoFlatObject(String text) {
        assertThatThrownBy(() -> FlatJson.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("expected ");
    }

    @Test
    void readsTheEmptyObjectAndSpace() {
        assertThat(FlatJson.parse(" { } \n")).isEmpty();
        assertThat(FlatJson.parse("{ \"a\" : 1 , \"b\" : \"\\u00e9\\/\" }")).isEqualTo(Map.of("a", "1", "b", "\u00e9/"));
    }
}
