package murder.benchmarks.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "4096, 4096", "64k, 65536", "64K, 65536", "100M, 104857600", "1.5G, 1610612736"})
    void sizesGoByPowersOf1024(String text, long bytes) throws UsageException {
        assertThat(Quantities.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "500kbit, 500000", "20Mbit, 20000000", "2.4Gbit, 2400000000"})
    void ratesAreBitsByPowersOf1000(String text, long bits) throws UsageException {
        assertThat(Quantities.bitsPerSecond(text)).isEqualTo(bits);
    }

    @Test
    void durationWithoutUnitMeansSeconds() throws UsageException {
        assertThat(Quantities.duration("1.5")).isEqualTo(Duration.ofMillis(1500));
        assertThat(Quantities.duration("5s")).isEqualTo(Duration.ofSeconds(5));
        assertThat(Quantities.duration("250ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(Quantities.duration("2m")).isEqualTo(Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1T", "1 M", "1e3", "9999999999999", "1Mbit"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> Quantities.bytes(text)).isInstanceOf(UsageException.class).hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"20", "20M", "20mbit", "-5Mbit"})
    void aRateNeedsItsUnit(String text) {
        assertThatThrownBy(() -> Quantities.bitsPerSecond(text)).isInstanceOf(UsageException.class).hasMessageContaining("such as 20Mbit");
    }
}
