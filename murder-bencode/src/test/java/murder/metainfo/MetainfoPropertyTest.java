package murder.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class MetainfoPropertyTest {
    private static final byte[] TORRENT = ("d8:announce8:http://a13:announce-listll8:http://a8:http://bee4:infod5:filesl"
        + "d4:attr1:x6:lengthi100e4:pathl3:bin3:runee"
        + "d4:attr1:l6:lengthi0e4:pathl4:linke12:symlink pathl3:bin3:runeee4:name5:build12:piece lengthi16384e6:pieces20:"
        + "01234567890123456789" + "7:privatei1ee8:url-list8:http://we").getBytes(StandardCharsets.US_ASCII);

    /** Any other exception fails the property. */
    @Property(tries = 3000)
    void mutatedTorrentsGiveTypedErrors(@ForAll @Size(min = 1, max = 3) List<Integer> edits) throws MetainfoException {
        assertThat(Metainfo.parse(TORRENT).files()).hasSize(2);
        byte[] mutated = TORRENT.clone();
        for (int edit : edits) {
            mutated[Math.floorMod(edit, mutated.length)] = (byte) "0123456789:-ilde./\\\0\u00ffpx".charAt((edit >>> 20) % 23);
        }
        try {
            Metainfo read = Metainfo.parse(mutated);
            assertThat(Metainfo.parse(read.toBytes()).infoHash()).isEqualTo(read.infoHash());
            for (FileEntry file : read.files()) {
                assertThat(file.path()).doesNotContain("..", ".", "")
                    .noneMatch(e -> e.contains("/") || e.contains("\\") || e.contains("\0"));
            }
        } catch (MetainfoException e) {
            assertThat(e.getMessage()).startsWith(e.field()).isNotEmpty();
        }
    }
}
