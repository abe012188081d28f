package murder.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import murder.metainfo.InfoHash;
import org.junit.jupiter.api.Test;

class PeerIdTest {
    @Test
    void ordersByUnsignedBytes() {
        PeerId[] ascending = {new PeerId(0, 0, 1), new PeerId(0, 0, -1), new PeerId(0, 1, 0), new PeerId(0, -1, 0), new PeerId(1, 0, 0),
            new PeerId(-1, 0, 0)};

        for (int i = 0; i < ascending.length; i++) {
            for (int j = 0; j < ascending.length; j++) {
                assertThat(Integer.signum(ascending[i].compareTo(ascending[j]))).isEqualTo(Integer.compare(i, j));
            }
        }
    }

    @Test
    void infoHashOfSameBytesDiffers() {
        assertThat((Object) new PeerId(1, 2, 3)).isNotEqualTo(new InfoHash(1, 2, 3)).isEqualTo(new PeerId(1, 2, 3));
    }

    @Test
    void namesThisClient() {
        assertThat(PeerId.random(new SplittableRandom(1)).toString()).matches("-MJ0100-[0-9a-zA-Z]{12}");
    }
}
