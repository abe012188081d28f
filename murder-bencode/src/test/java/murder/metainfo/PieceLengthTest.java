package murder.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.Test;

class PieceLengthTest {
    @ParameterizedTest
    @CsvSource({"0, 16384", "1, 16384", "1000000, 16384", "49151999, 16384", "49152000, 32768", "100000000, 65536", "104857600, 65536",
        "1000000000, 524288", "5000000000, 2097152", "20000000000, 4194304", "9223372036854775807, 4194304"})
    void cutsIntoAbout1500To3000Pieces(long length, int expected) {
        assertThat(PieceLength.choose(length, 0)).isEqualTo(expected);
        assertThat(PieceLength.choose(length, 9)).isEqualTo(expected);
        assertThat(PieceLength.choose(length, 63)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"104857600, 64, 32768", "100000000, 128, 32768", "104857600, 10000, 32768",
        "3000000000, 2600, 524288", "40000000, 10000, 16384"})
    void manyHostsGetShorterPieces(long length, int hosts, int expected) {
        assertThat(PieceLength.choose(length, hosts)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1000000, 16384", "49151999, 32768", "49152000, 65536", "100000000, 131072", "20000000000, 4194304"})
    void fewHostsGetLongerPieces(long length, int expected) {
        assertThat(PieceLength.choose(length, 1)).isEqualTo(expected);
        assertThat(PieceLength.choose(length, 8)).isEqualTo(expected);
    }

    @Property(tries = 300)
    void keepsTheRule(@ForAll @LongRange(min = 1, max = 1L << 45) long length, @ForAll @IntRange(min = 0) int hosts) {
        int chosen = PieceLength.choose(length, hosts);
        assertThat(Integer.bitCount(chosen)).isEqualTo(1);
        assertThat(chosen).isBetween(16 * 1024, 4 * 1024 * 1024);
        long pieces = PieceLayout.countPieces(length, chosen);
        if (chosen > 16 * 1024) {
            assertThat(pieces).isGreaterThanOrEqualTo(hosts >= 1 && hosts <= 8 ? 750 : 1500);
        }
        if (chosen > 32 * 1024) {
            double lastTerm = Math.floor(Math.log(Math.max(1, hosts)) / Math.log(2)) / pieces;
            assertThat(lastTerm).isLessThanOrEqualTo(1 / 300.0);
        }
        if (chosen < 4 * 1024 * 1024) {
            assertThat(pieces).isLessThanOrEqualTo(2 * 30 * 300);
            assertThat(PieceLength.choose(length, 0) > chosen || pieces <= 3000).isTrue();
        }
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> PieceLength.choose(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PieceLength.choose(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void countsPiecesOfLongestPayload() {
        assertThat(PieceLayout.countPieces(Long.MAX_VALUE, 1 << 30)).isEqualTo(1L << 33);
        assertThatThrownBy(() -> new PieceLayout(Long.MAX_VALUE, 1 << 20)).isInstanceOf(IllegalArgumentException.class);
    }
}
