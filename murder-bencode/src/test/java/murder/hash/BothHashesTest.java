package murder.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BothHashesTest {
    private final BothHashes both = new BothHashes();

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void assertHashes(byte[] hash, byte[] of) {
        assertThat(Arrays.copyOf(hash, 20)).isEqualTo(Sha1.newDigest().digest(of));
        assertThat(Arrays.copyOfRange(hash, 20, 52)).isEqualTo(Sha256.newDigest().digest(of));
        assertThat(hash).hasSize(BothHashes.LENGTH);
    }

    @Test
    void hashesAnyKindOfBuffer() {
        for (int length : new int[] {0, 1, 16_383, 16_384, 16_385, 100_000}) {
            byte[] bytes = random(length);
            both.update(ByteBuffer.allocateDirect(length).put(bytes).flip());
            assertHashes(both.digest(), bytes);
            both.update(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
            assertHashes(both.digest(), bytes);
            assertHashes(both.digest(bytes), bytes);
        }
    }

    @Test
    void singleBytesCountAndResetForgets() {
        both.update((byte) 7);
        both.reset();
        both.update((byte) 8);
        both.update(new byte[] {0, 9, 10, 0}, 1, 2);
        assertHashes(both.digest(), new byte[] {8, 9, 10});
        assertThat(both.getDigestLength()).isEqualTo(52);
    }
}
