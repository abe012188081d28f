package murder.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MutatorTest {
    private static final byte[] SAMPLE = "length=12345;name=abc".getBytes(StandardCharsets.US_ASCII);

    private final Mutator mutator = new Mutator(List.of(SAMPLE, "<other>".getBytes(StandardCharsets.US_ASCII)), ";=");

    @Test
    void mutatesInEveryWay() {
        Set<String> made = new HashSet<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 5_000; i++) {
            made.add(new String(mutator.next(random), StandardCharsets.ISO_8859_1));
        }
        assertThat(made).hasSizeGreaterThan(4_000).contains("").allMatch(text -> text.length() <= 65_536)
            .anyMatch(text -> text.contains("99999999999999999999999999"))
            .anyMatch(text -> text.contains("lengthlength"))
            .anyMatch(text -> text.startsWith("length=") && text.endsWith("ther>"))
            .anyMatch(text -> text.contains("\u007f\u00ff\u00ff\u00ff"));
    }

    @Test
    void sameSeedMakesSameInput() {
        assertThat(mutator.next(new SplittableRandom(7))).isEqualTo(mutator.next(new SplittableRandom(7)));
    }

    @Test
    void untypedErrorsFail() {
        assertThatCode(() -> failing(new IllegalStateException())).doesNotThrowAnyException();
        assertThatThrownBy(() -> failing(new IndexOutOfBoundsException())).isInstanceOf(AssertionError.class)
            .hasMessage("an error of no type, from 3 bytes: \"a\\\"\\u00ff\"").hasCauseInstanceOf(IndexOutOfBoundsException.class);
    }

    private void failing(Exception e) {
        Fuzz.of(mutator, input -> { throw e; }).throwing(IOException.class).throwing(IllegalStateException.class)
            .run(new byte[] {'a', '"', (byte) 0xff});
    }

    @Test
    void greedyReadersFail() {
        byte[][] kept = new byte[1][];
        Fuzz fuzz = Fuzz.of(mutator, input -> kept[0] = new byte[input.length * 200]).allocating(100_000, 100);
        assertThatCode(() -> fuzz.run(new byte[1_000])).doesNotThrowAnyException();
        assertThatThrownBy(() -> fuzz.run(new byte[2_000])).isInstanceOf(AssertionError.class)
            .hasMessageMatching("(?s)\\d+ bytes allocated where 365536 are the most, for 2000 bytes: .*");
    }

    @Test
    void wrongSamplesFail() {
        Fuzz fuzz = Fuzz.of(mutator, input -> { throw new IOException(); }).throwing(IOException.class);
        assertThatThrownBy(() -> fuzz.run(1)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({"469319f0a1b2c3d4e5f60718293a4b5c6d7e8f90, 1184045552", "ffffffff, 4294967295", "'', 0", "469319f, 0", "HEAD, 0"})
    void seedFollowsCommit(String commit, long base) {
        assertThat(CommitSeed.of(commit)).isEqualTo(base);
    }

    @Test
    void eachPropertyDrawsItsOwn() {
        assertThat(SeededProperties.seed(1, "a")).isNotEqualTo(SeededProperties.seed(1, "b")).isNotEqualTo(SeededProperties.seed(2, "a"));
    }
}
