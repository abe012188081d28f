package murder.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({"10.1.0.0/16, 10.1.255.255, 10.2.0.0", "10.1.2.3, 10.1.2.3, 10.1.2.2", "10.1.2.3/32, 10.1.2.3, 10.1.2.4",
        "0.0.0.0/0, 255.1.1.1, 2001:db8::1", "::/0, 10.0.0.1, ", "2001:db8::/32, 2001:db8:ffff::1, 2001:db9::", "::1/128, ::1, ::2",
        "fd00::/64, fd00::ffff:1, fd00:0:0:1::", "fd00::/65, fd00::1, fd00::8000:0:0:0", "fd00::/1, 8000::1, 1::"})
    void containsWhatSharesItsPrefix(String range, String inside, String outside) {
        assertThat(AddressRange.parse(range).contains(IpLiteral.parse(inside, 7))).isTrue();
        assertThat(outside == null || !AddressRange.parse(range).contains(IpLiteral.parse(outside, 7))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.0/16", "10.1.2.3/32", "0.0.0.0/0", "2001:db8:0:0:0:0:0:0/32", "0:0:0:0:0:0:0:0/0"})
    void showsTheTextThatItReads(String range) {
        assertThat(AddressRange.parse(range)).hasToString(range);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "fd00::/129", "host/8", "10.0.0/8",
        "10.0.0.0/0008"})
    void refusesOtherTexts(String text) {
        assertThat(AddressRange.parse(text)).isNull();
    }
}
