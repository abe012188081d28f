package murder.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwarmKeyTest {
    private static final String HEX = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private static final SwarmKey KEY = SwarmKey.of(HexFormat.of().parseHex(HEX));

    @TempDir
    private Path folder;

    private Path file(String text, String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    /** The value is from Python's hmac module. */
    @Test
    void codeMatchesOtherImplementation() {
        byte[] code = KEY.code("name", new byte[32]);
        assertThat(HexFormat.of().formatHex(code)).isEqualTo("84842373c3913f7538c0589e839f03a313002a5e78c4b1c47d42f2ee2bca49a7");
    }

    /** RFC 4231, sections 4.2 to 4.5. An HMAC does not see the zeros behind a shorter key. */
    @ParameterizedTest
    @CsvSource({
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 4869205468657265,"
            + " b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "4a656665, 7768617420646f2079612077616e7420666f72206e6f7468696e673f,"
            + " 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, dddddddddddddddddddddddddddddddddddddddddddddddddd"
            + "dddddddddddddddddddddddddddddddddddddddddddddddddd, 773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        "0102030405060708090a0b0c0d0e0f10111213141516171819, cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
            + "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd,"
            + " 82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"})
    void codeMatchesPublishedVectors(String key, String text, String code) {
        SwarmKey swarmKey = SwarmKey.of(Arrays.copyOf(HexFormat.of().parseHex(key), SwarmKey.LENGTH));
        byte[] bytes = HexFormat.of().parseHex(text);
        assertThat(HexFormat.of().formatHex(swarmKey.code("", bytes))).isEqualTo(code);
        assertThat(swarmKey.isCode(HexFormat.of().parseHex(code), "", Arrays.copyOf(bytes, 3), Arrays.copyOfRange(bytes, 3, bytes.length)))
            .isTrue();
    }

    @Test
    void nameIsFirstBytesOfCode() {
        InfoSha256 info = InfoSha256.ofInfo("de".getBytes(StandardCharsets.US_ASCII));
        byte[] name = Arrays.copyOf(KEY.code("name", info.toBytes()), InfoHash.LENGTH);
        assertThat(KEY.nameOf(info)).isEqualTo(InfoHash.of(name));
    }

    @Test
    void otherKeyGivesOtherName() {
        InfoSha256 info = InfoSha256.ofInfo(new byte[] {'d', 'e'});
        assertThat(SwarmKey.random(new SecureRandom()).nameOf(info)).isNotEqualTo(KEY.nameOf(info));
    }

    @Test
    void codeOfOtherUseIsRefused() {
        byte[] part = {1, 2, 3};
        byte[] code = KEY.code("name", part);
        assertThat(KEY.isCode(code, "name", part)).isTrue();
        assertThat(KEY.isCode(code, "announce", part)).isFalse();
        assertThat(KEY.isCode(Arrays.copyOf(code, 31), "name", part)).isFalse();
        assertThat(KEY.isCode(new byte[0], "name", part)).isFalse();
    }

    @Test
    void fileHoldsNewKeyBeforeOld() throws IOException {
        SwarmKey other = SwarmKey.random(new SecureRandom());
        Path file = file("# of the fleet\n" + other.toLine() + "\n\n" + HEX.toUpperCase() + "\r\n", "rw-------");
        assertThat(SwarmKey.read(file)).containsExactly(other, KEY);
    }

    @Test
    void fileThatOthersReadIsRefused() throws IOException {
        for (String mode : new String[] {"rw-r-----", "rw-rw----", "rw----r--", "rw-----w-"}) {
            Path file = file(HEX, mode);
            assertThatThrownBy(() -> SwarmKey.read(file)).isInstanceOf(IOException.class).hasMessageContaining("chmod 600 " + file);
        }
    }

    @Test
    void errorsDoNotShowSecret() throws IOException {
        for (String text : new String[] {HEX + "0", HEX.substring(1), "x" + HEX.substring(1), HEX + " " + HEX}) {
            Path file = file("\n" + text + "\n", "rw-------");
            assertThatThrownBy(() -> SwarmKey.read(file)).isInstanceOf(IOException.class).hasMessageContaining("line 2")
                .hasMessageNotContaining("0102030405");
        }
        assertThat(KEY.toString()).doesNotContain("0102");
    }

    @Test
    void emptyOrLargeFileIsRefused() throws IOException {
        Path empty = file("# nothing\n", "rw-------");
        assertThatThrownBy(() -> SwarmKey.read(empty)).isInstanceOf(IOException.class).hasMessageContaining("holds no swarm key");
        Path large = file("#".repeat(20_000), "rw-------");
        assertThatThrownBy(() -> SwarmKey.read(large)).isInstanceOf(IOException.class).hasMessageContaining("more than 16384 bytes");
    }

    @Test
    void sha256ReadsWhatItWrites() {
        InfoSha256 info = InfoSha256.ofInfo("abc".getBytes(StandardCharsets.US_ASCII));
        assertThat(info).hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(InfoSha256.parse(info.toString())).isEqualTo(info);
        assertThat(InfoSha256.of(info.toBytes())).isEqualTo(info);
        assertThatThrownBy(() -> InfoSha256.parse("ba")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("64");
        assertThatThrownBy(() -> InfoSha256.of(new byte[20])).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("20");
    }

    @Test
    void onlySameKeyDecryptsUnchangedText() {
        byte[] plain = "releases/42/lib/a.jar".getBytes(StandardCharsets.US_ASCII);
        byte[] encrypted = KEY.encrypt(plain, new SecureRandom());
        assertThat(KEY.decrypt(encrypted)).isEqualTo(plain);
        assertThat(new String(encrypted, StandardCharsets.ISO_8859_1)).doesNotContain("lib");
        assertThat(KEY.encrypt(plain, new SecureRandom())).isNotEqualTo(encrypted);
        assertThat(SwarmKey.random(new SecureRandom()).decrypt(encrypted)).isNull();
        for (int i = 0; i < encrypted.length; i++) {
            byte[] changed = encrypted.clone();
            changed[i] ^= 1;
            assertThat(KEY.decrypt(changed)).isNull();
            assertThat(KEY.decrypt(Arrays.copyOf(encrypted, i))).isNull();
        }
    }
}
