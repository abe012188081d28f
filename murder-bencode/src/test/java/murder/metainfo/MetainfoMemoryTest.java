package murder.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The worst file that is read, in a small heap. */
class MetainfoMemoryTest {
    /**
     * Reads 64 MiB of the shortest values there are. Exits with 0 if that is refused as a torrent.
     */
    public static void main(String[] arguments) {
        byte[] worst = new byte[Metainfo.MAX_BYTES];
        for (int i = 0; i + 1 < worst.length; i += 2) {
            worst[i] = 'l';
            worst[i + 1] = 'e';
        }
        byte[] head = "d4:infol".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, worst, 0, head.length);
        try {
            Metainfo.parse(worst);
            System.exit(2);
        } catch (MetainfoException e) {
            System.exit(e.getMessage().contains("strings, integers, lists and dictionaries") ? 0 : 3);
        }
    }

    @Test
    void worstFileFitsIntoSmallHeap() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
            "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), MetainfoMemoryTest.class.getName()).inheritIO().start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void largeHeapsTakeLargeTorrents() {
        assertThat(MetainfoParser.limits(1L << 30).tokens()).isEqualTo(MetainfoParser.MAX_TOKENS);
        assertThat(MetainfoParser.limits(256L << 20).tokens()).isBetween(1_600_000, 1_700_000);
    }
}
