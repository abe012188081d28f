package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({"0,0", "4096,4096", "64k,65536", "64K,65536", "10M,10485760", "2G,2147483648", "1.5k,1536"})
    void sizesArePowersOf1024(String text, long bytes) throws UsageException {
        assertThat(Quantities.size(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "8bit,1", "8kbit,1000", "20Mbit,2500000", "1Gbit,125000000", "2.5Gbit,312500000", "512k,524288",
        "10M,10485760", "1G,1073741824"})
    void ratesAreBitsOrBytes(String text, long bytesPerSecond) throws UsageException {
        assertThat(Quantities.rate(text)).isEqualTo(bytesPerSecond);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "500ms,500", "30s,30000", "2m,120000", "1h,3600000", "0.5s,500"})
    void durationsHaveUnits(String text, long millis) throws UsageException {
        assertThat(Quantities.duration(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "1 k", "1kk", "1.2.3", ".", "1e3", "99999999999999999999", "9999999999G", "0x10", "\u0663"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> Quantities.size(text)).isInstanceOf(UsageException.class).hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "Mbit", "1mbit", "1MB", "-5M", "fast", "99999999999Gbit"})
    void refusesWhatIsNoRate(String text) {
        assertThatThrownBy(() -> Quantities.rate(text)).isInstanceOf(UsageException.class).hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "1d", "-1s", "99999999h"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> Quantities.duration(text)).isInstanceOf(UsageException.class).hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1024,1.0 KiB", "1075,1.0 KiB", "1536,1.5 KiB", "104857600,100.0 MiB", "1610612736,1.5 GiB",
        "9223372036854775807,8388607.9 TiB"})
    void showsBytesRoundedDown(long bytes, String text) {
        assertThat(Quantities.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0.0 s", "12340,12.3 s", "59999,59.9 s", "60000,1:00", "245000,4:05", "3599000,59:59", "7200000,2:00:00",
        "360061000,100:01:01"})
    void showsTimesInReadableUnits(long millis, String text) {
        assertThat(Quantities.time(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void onlyCompleteIsHundredPercent() {
        assertThat(Quantities.percent(0, 3)).isEqualTo(0);
        assertThat(Quantities.percent(1, 3)).isEqualTo(33.3);
        assertThat(Quantities.percent(99_999, 100_000)).isEqualTo(99.9);
        assertThat(Quantities.percent(100_000, 100_000)).isEqualTo(100);
        assertThat(Quantities.percent(0, 0)).isEqualTo(100);
    }
}
