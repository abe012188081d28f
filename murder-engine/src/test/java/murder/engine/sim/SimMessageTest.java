package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SimMessageTest {
    @Property
    void keepsRange(@ForAll @IntRange(max = SimMessage.MAX_PIECES) int piece, @ForAll @IntRange(max = 8191) int block,
                           @ForAll @IntRange(min = 1, max = 131072) int length) {
        for (int kind : new int[] {SimMessage.REQUEST, SimMessage.BLOCK, SimMessage.CANCEL, SimMessage.REJECT}) {
            long message = SimMessage.ofRange(kind, piece, block * 16384, length);
            assertThat(SimMessage.kind(message)).isEqualTo(kind);
            assertThat(SimMessage.piece(message)).isEqualTo(piece);
            assertThat(SimMessage.begin(message)).isEqualTo(block * 16384);
            assertThat(SimMessage.length(message)).isEqualTo(length);
            assertThat(SimMessage.isDamaged(message)).isFalse();
            assertThat(SimMessage.isDamaged(SimMessage.damaged(message))).isTrue();
            assertThat(SimMessage.piece(SimMessage.damaged(message))).isEqualTo(piece);
            assertThat(SimMessage.size(message)).isEqualTo(kind == SimMessage.BLOCK ? 13 + length : 17);
        }
    }

    @Test
    void refusesNumbersThatDoNotFit() {
        assertThatIllegalArgumentException().isThrownBy(() -> SimMessage.ofRange(SimMessage.REQUEST, 0, 1000, 16384));
        assertThatIllegalArgumentException().isThrownBy(() -> SimMessage.ofRange(SimMessage.REQUEST, 0, 0, 1 << 18));
        assertThatIllegalArgumentException().isThrownBy(() -> SimMessage.ofBody(SimMessage.EXTENDED, 0, 1, 1 << 18));
    }
}
