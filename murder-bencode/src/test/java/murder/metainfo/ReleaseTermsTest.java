package murder.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseTermsTest {
    private static final Instant MADE = Instant.ofEpochSecond(1000);
    private static final Instant UNTIL = Instant.ofEpochSecond(2000);

    private static Metainfo parse(String release) throws MetainfoException {
        return Metainfo.parse(("d4:infod6:lengthi0e4:name1:x12:piece lengthi16384e6:pieces0:e17:release signature" + release + "e")
            .getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void torrentsKeepTheirSignature() throws Exception {
        String release = "d4:madei1000e6:seriali7e9:signature3:abc3:tag3:t\u00c3\u00a95:untili2000ee";
        Metainfo torrent = parse(release);
        assertThat(torrent.releaseSignature()).contains(new ReleaseSignature(new ReleaseTerms("t\u00e9", MADE, UNTIL, 7), "abc"));
        assertThat(new String(torrent.toBytes(), StandardCharsets.ISO_8859_1)).contains("17:release signature" + release);
        assertThat(Metainfo.ofInfo(torrent.rawInfo(), java.util.List.of()).releaseSignature()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"le,should be of type dictionary", "de,missing", "d4:madei1000e6:seriali7e9:signature3:abc3:tag1:te,missing",
        "d4:madei1000e6:seriali7e9:signature3:abc3:tagi1e5:untili2000ee,should be of type string",
        "d4:madei1000e6:seriali-7e9:signature3:abc3:tag1:t5:untili2000ee,negative serial",
        "d4:madei1000e6:seriali7e9:signature3:abc3:tag0:5:untili2000ee,a tag has",
        "d4:madei1000e6:seriali7e9:signature3:abc3:tag1:t5:untili1000ee,a later one",
        "d4:madei-1e6:seriali7e9:signature3:abc3:tag1:t5:untili1000ee,whole second",
        "d4:madei9223372036854775807e6:seriali7e9:signature3:abc3:tag1:t5:untili1000ee,exceeds",
        "d4:madei1000e6:seriali7e9:signature2:\u00c3\u00a93:tag1:t5:untili2000ee,all of them ASCII"})
    void wrongReleasesAreRefused(String release, String problem) {
        assertThatThrownBy(() -> parse(release)).isInstanceOf(MetainfoException.class).hasMessageContaining("release signature")
            .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "a\u0000", "\u007f", "a\u0085", "\u2028", "\ud800"})
    void tagsHaveNoControlCharacters(String tag) {
        assertThatThrownBy(() -> new ReleaseTerms(tag, MADE, UNTIL, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tagsAreShort() {
        assertThat(new ReleaseTerms("x".repeat(255), MADE, UNTIL, 0).tag()).hasSize(255);
        assertThatThrownBy(() -> new ReleaseTerms("\u00e9".repeat(128), MADE, UNTIL, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReleaseTerms("x", MADE.plusNanos(1), UNTIL, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
