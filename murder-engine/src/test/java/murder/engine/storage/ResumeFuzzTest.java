package murder.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.CRC32;
import murder.fuzz.Fuzz;
import murder.fuzz.Mutator;
import murder.fuzz.SeededProperties;
import murder.metainfo.InfoSha256;
import murder.wire.Bitfield;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;

/** Hostile and damaged resume files. One is read as it is, or counts as none. */
@Tag(SeededProperties.FUZZ)
class ResumeFuzzTest {
    private static final int PIECES = 200;
    private static final int CRC_AT = 92;

    /** A line for each refused file would hide everything else. */
    private static final Logger LOG = Logger.getLogger("murder.engine.storage");

    private final Path path = Files.createTempFile("murder-resume", "");
    private final ResumeFile file = new ResumeFile(path,
        new ResumeFile.Identity(InfoSha256.of(new byte[InfoSha256.LENGTH]), PIECES, Path.of("/srv/build")), new Disk());
    private final Fuzz damaged;
    private final Fuzz forged;

    ResumeFuzzTest() throws IOException {
        LOG.setLevel(Level.OFF);
        Bitfield some = new Bitfield(PIECES);
        some.set(0);
        some.set(PIECES - 1);
        file.write(new ResumeFile.Content(new UUID(1, 2), true, 3, some));
        file.close();
        Mutator mutator = new Mutator(List.of(Files.readAllBytes(path), new byte[1]), "\0\1");
        damaged = Fuzz.of(mutator, this::read).allocating(64 * 1024, 60);
        // The CRC only finds damage: who writes a hostile file makes it right.
        forged = Fuzz.of(mutator, bytes -> read(withRightCrc(bytes))).allocating(64 * 1024, 60);
    }

    @Property(tries = 1_000, shrinking = ShrinkingMode.OFF)
    void ignoresDamagedFiles(@ForAll long seed) throws Exception {
        damaged.run(seed);
    }

    @Property(tries = 1_000, shrinking = ShrinkingMode.OFF)
    void forgedFilesClaimWhatTheySay(@ForAll long seed) throws Exception {
        forged.run(seed);
    }

    private static byte[] withRightCrc(byte[] bytes) {
        if (bytes.length >= CRC_AT + Integer.BYTES) {
            CRC32 crc = new CRC32();
            crc.update(bytes, 0, CRC_AT);
            ByteBuffer.wrap(bytes).putInt(CRC_AT, (int) crc.getValue());
        }
        return bytes;
    }

    private void read(byte[] bytes) throws IOException {
        Files.write(path, bytes);
        ResumeFile.Content content = file.read();
        if (content != null) {
            int claimed = 0;
            for (int piece = 0; piece < PIECES; piece++) {
                claimed += bytes[bytes.length - PIECES + piece];
            }
            assertThat(content.have().count()).isEqualTo(claimed);
        }
    }

    @AfterProperty
    void removeFile() throws IOException {
        LOG.setLevel(null);
        Files.delete(path);
    }
}
