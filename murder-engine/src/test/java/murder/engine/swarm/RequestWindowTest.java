package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestWindowTest {
    private static final int BLOCK = 16384;
    /** Blocks of a piece of 1 MiB. */
    private static final int LONG_PIECE = 64;
    private long nowNs;

    /** Blocks come evenly for two seconds. */
    private void arrive(RequestWindow window, long bytesPerSecond) {
        for (long bytes = 0; bytes < 2 * bytesPerSecond; bytes += BLOCK) {
            nowNs += BLOCK * 1_000_000_000L / bytesPerSecond;
            window.onArrived(nowNs, BLOCK);
        }
    }

    private RequestWindow afterArrivals(int blocksOfPiece, long bytesPerSecond) {
        RequestWindow window = new RequestWindow(4, blocksOfPiece, BLOCK);
        arrive(window, bytesPerSecond);
        return window;
    }

    @Test
    void startsWithOneBlock() {
        assertThat(new RequestWindow(4, LONG_PIECE, BLOCK).blocks(1)).isEqualTo(1);
    }

    @Test
    void windowIsTwentyFiveMilliseconds() {
        RequestWindow window = afterArrivals(LONG_PIECE, 40_000_000);
        assertThat(window.blocks(10)).isEqualTo(40_000_000 / 40 / 10 / BLOCK).isEqualTo(6);
        assertThat(window.blocks(5)).isEqualTo(12);
    }

    @Test
    void slowLinkRequestsSingleBlocks() {
        RequestWindow window = afterArrivals(LONG_PIECE, 2_500_000);
        assertThat(window.blocks(15)).isEqualTo(1);
    }

    @Test
    void windowOfLongPieceIsLimited() {
        assertThat(fast(64)).isEqualTo(16);
        assertThat(fast(1024)).isEqualTo(16);
        assertThat(fast(32)).isEqualTo(8);
        assertThat(fast(16)).isEqualTo(4);
    }

    @Test
    void isNeverMoreThanAPiece() {
        assertThat(fast(2)).isEqualTo(2);
        assertThat(fast(1)).isEqualTo(1);
    }

    private int fast(int blocksOfPiece) {
        return afterArrivals(blocksOfPiece, 1_000_000_000).blocks(10);
    }

    @Test
    void windowStaysWhenRateDrops() {
        RequestWindow window = afterArrivals(LONG_PIECE, 40_000_000);
        arrive(window, 1_000_000);
        assertThat(window.blocks(10)).isEqualTo(6);
    }

    @Test
    void countsBytesReadAfterPause() {
        RequestWindow window = afterArrivals(LONG_PIECE, 2_500_000);
        assertThat(window.blocks(1)).isEqualTo(3);
        nowNs += 500_000_000;
        for (int i = 0; i < 500_000_000 / 6_553_600; i++) {
            window.onArrived(nowNs, BLOCK);
        }
        arrive(window, 2_500_000);
        assertThat(window.blocks(1)).isEqualTo(3);
    }
}
