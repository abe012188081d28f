package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import murder.wire.WireException;
import org.junit.jupiter.api.Test;

class UnrequestedBlocksTest {
    private final UnrequestedBlocks blocks = new UnrequestedBlocks();

    @Test
    void answersEachCancelOnce() {
        assertThat(blocks.answersTakenBack(1)).isFalse();
        blocks.onTakenBack(1);
        assertThat(blocks.answersTakenBack(1)).isTrue();
        assertThat(blocks.answersTakenBack(1)).isFalse();
    }

    @Test
    void forgetsTheOldestCancel() {
        for (int i = 0; i < 4097; i++) {
            blocks.onTakenBack(i);
        }
        assertThat(blocks.answersTakenBack(0)).isFalse();
        assertThat(blocks.answersTakenBack(1)).isTrue();
    }

    @Test
    void allowsAsManyAsWereAnswered() throws WireException {
        blocks.onAnswer(8);
        blocks.onUnrequested(64 + 8);
        assertThatThrownBy(() -> blocks.onUnrequested(1)).isInstanceOf(WireException.class).hasMessageContaining("73 blocks");
    }
}
