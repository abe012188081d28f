package murder.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InfoHashTest {
    private static final String HEX = "0102030405060708090a0b0c0d0e0f10fffefdfc";

    @Test
    void keepsItsTwentyBytes() {
        InfoHash hash = InfoHash.parse(HEX);

        assertThat(hash).hasToString(HEX).isEqualTo(InfoHash.of(hash.toBytes()));
        assertThat(InfoHash.read(ByteBuffer.wrap(hash.toBytes()))).isEqualTo(hash);
        assertThat(hash.high()).isEqualTo(0x0102030405060708L);
        assertThat(hash.low()).isEqualTo(0xfffefdfc);
    }

    @Test
    void eachByteCounts() {
        byte[] bytes = InfoHash.parse(HEX).toBytes();
        Set<InfoHash> all = new HashSet<>(Set.of(InfoHash.of(bytes)));
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 1;
            assertThat(all.add(InfoHash.of(bytes))).as("byte %d", i).isTrue();
            bytes[i] ^= 1;
        }
        assertThat(all.add(InfoHash.of(bytes))).isFalse();
    }

    @Test
    void refusesOtherLengths() {
        assertThatThrownBy(() -> InfoHash.of(new byte[19])).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("19");
        assertThatThrownBy(() -> InfoHash.parse(HEX + "00")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(HEX + "00");
        assertThatThrownBy(() -> InfoHash.parse("abc")).hasMessage("an info-hash has 40 hexadecimal digits, not 'abc'");
        assertThatThrownBy(() -> InfoHash.parse("x" + HEX.substring(1))).hasMessageContaining("40 hexadecimal digits");
    }
}
