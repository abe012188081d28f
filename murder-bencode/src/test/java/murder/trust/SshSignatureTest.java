package murder.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import murder.hash.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshSignatureTest {
    private static final byte[] MESSAGE = Fixtures.bytes("message");
    private static final byte[] OTHER = "release 43\n".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @ValueSource(strings = {"ed", "ed-sha256", "p256", "p384", "p521", "rsa"})
    void acceptsWhatSshKeygenMade(String name) throws Exception {
        SshSignature signature = SshSignature.parse(Fixtures.text(name + ".sig"));
        assertThat(signature.namespace()).isEqualTo("murder");
        assertThat(signature.key()).isEqualTo(SshPublicKey.parse(Fixtures.text(name.replace("-sha256", "") + ".pub")));
        assertThat(signature.isOf("murder", MESSAGE)).isTrue();
        assertThat(signature.isOf("murder", OTHER)).isFalse();
        assertThat(signature.isOf("git", MESSAGE)).isFalse();
        assertThat(signature.toString().strip()).isEqualTo(Fixtures.text(name + ".sig").strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed", "p256", "p384", "p521", "rsa"})
    void damagedSignaturesAreNone(String name) throws Exception {
        SshSignature signature = SshSignature.parse(Fixtures.text(name + ".sig"));
        byte[] blob = blob(Fixtures.text(name + ".sig"));
        for (int i = 1; i <= 40; i++) {
            byte[] damaged = blob.clone();
            damaged[damaged.length - i] ^= 1;
            assertThat(isAccepted(damaged)).as("byte %d from the end", i).isFalse();
        }
        assertThat(signature.isOf("murder", MESSAGE)).isTrue();
    }

    private static byte[] blob(String text) {
        return Base64.getMimeDecoder().decode(text.replaceAll("-----.*-----", ""));
    }

    private static boolean isAccepted(byte[] blob) {
        try {
            return SshSignature.parse(SshText.write("SSH SIGNATURE", blob)).isOf("murder", MESSAGE);
        } catch (KeyFormatException e) {
            return false;
        }
    }

    /** RFC 8032, section 7.1: secret, public key, message, signature. */
    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,"
            + "'',e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2465514"
            + "1438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,"
            + "72,92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d2"
            + "91612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,"
            + "af82,6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc02"
            + "7beceea1ec40a",
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42,ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf,"
            + "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94f"
            + "a54ca49f,dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17"
            + "ad9bef1177331a704"})
    void ed25519IsThatOfRfc8032(String secret, String point, String message, String expected) throws Exception {
        HexFormat hex = HexFormat.of();
        SshPublicKey key = SshPublicKey.of(new SshWriter().text("ssh-ed25519").string(hex.parseHex(point)).toBytes());
        SshPrivateKey pair = SshPrivateKey.parse(keyFile(key, hex.parseHex(point), hex.parseHex(secret)));
        byte[] signature = pair.signRaw(hex.parseHex(message));
        assertThat(hex.formatHex(signature)).isEqualTo(expected);
        byte[] blob = new SshWriter().text("ssh-ed25519").string(signature).toBytes();
        assertThat(key.isSignature(hex.parseHex(message), blob)).isTrue();
        assertThat(key.isSignature(new byte[] {1, 2, 3}, blob)).isFalse();
    }

    private static String keyFile(SshPublicKey key, byte[] point, byte[] seed) {
        byte[] secret = new SshWriter().number(7).number(7).text("ssh-ed25519").string(point)
            .string(new SshWriter().bytes(seed).bytes(point).toBytes()).text("").toBytes();
        return SshText.write("OPENSSH PRIVATE KEY", new SshWriter().bytes("openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII))
            .text("none").text("none").text("").number(1).string(key.blob()).string(secret).toBytes());
    }

    @Test
    void rsaWithSha256IsAccepted() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        RSAPublicKey rsa = (RSAPublicKey) pair.getPublic();
        SshPublicKey key = SshPublicKey.of(new SshWriter().text("ssh-rsa").string(rsa.getPublicExponent().toByteArray())
            .string(rsa.getModulus().toByteArray()).toBytes());
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(MESSAGE);
        byte[] bytes = signature.sign();
        assertThat(key.isSignature(MESSAGE, new SshWriter().text("rsa-sha2-256").string(bytes).toBytes())).isTrue();
        assertThat(key.isSignature(MESSAGE, new SshWriter().text("rsa-sha2-512").string(bytes).toBytes())).isFalse();
        assertThatThrownBy(() -> key.isSignature(MESSAGE, new SshWriter().text("ssh-rsa").string(bytes).toBytes()))
            .isInstanceOf(KeyFormatException.class).hasMessageContaining("RSA signatures have SHA-2");
    }

    @Test
    void shortRsaKeysAreRefused() {
        byte[] modulus = new byte[129];
        modulus[1] = -1;
        assertThatThrownBy(() -> SshPublicKey.of(new SshWriter().text("ssh-rsa").string(new byte[] {3}).string(modulus).toBytes()))
            .hasMessageContaining("1024 bits");
    }

    /** CVE-2022-21449: Java up to 17.0.2 took these for a signature of everything. */
    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "1,0", "n,1", "1,n"})
    void ecdsaNumbersOutOfRangeAreRefused(String r, String s) throws Exception {
        SshPublicKey key = SshPublicKey.parse(Fixtures.text("p256.pub"));
        byte[] numbers = new SshWriter().string(number(r)).string(number(s)).toBytes();
        assertThat(key.isSignature(MESSAGE, new SshWriter().text("ecdsa-sha2-nistp256").string(numbers).toBytes())).isFalse();
    }

    private static byte[] number(String text) {
        return switch (text) {
            case "n" -> HexFormat.of().parseHex("00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
            case "0" -> new byte[0];
            default -> new byte[] {1};
        };
    }

    @Test
    void pointsOffTheCurveAreRefused() throws Exception {
        byte[] blob = SshPublicKey.parse(Fixtures.text("p256.pub")).blob();
        blob[blob.length - 1] ^= 1;
        assertThatThrownBy(() -> SshPublicKey.of(blob)).isInstanceOf(KeyFormatException.class).hasMessageContaining("not on the curve");
    }

    @Test
    void tokensSignIfTouched() throws Exception {
        SshPrivateKey inner = Fixtures.key();
        byte[] point = Arrays.copyOfRange(inner.publicKey().blob(), 19, 51);
        SshPublicKey key = SshPublicKey.of(new SshWriter().text("sk-ssh-ed25519@openssh.com").string(point).text("ssh:").toBytes());
        for (int flags : new int[] {1, 5, 0, 4}) {
            byte[] rest = {(byte) flags, 0, 0, 0, 9};
            byte[] signed = new SshWriter().bytes(Sha256.newDigest().digest("ssh:".getBytes(StandardCharsets.US_ASCII))).bytes(rest)
                .bytes(Sha256.newDigest().digest(MESSAGE)).toBytes();
            byte[] signature = new SshWriter().text(key.type()).string(inner.signRaw(signed)).bytes(rest).toBytes();
            assertThat(key.isSignature(MESSAGE, signature)).as("flags %d", flags).isEqualTo((flags & 1) == 1);
            assertThat(key.isSignature(OTHER, signature)).isFalse();
        }
    }

    @Test
    void ecdsaTokensSignToo() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        var w = ((ECPublicKey) pair.getPublic()).getW();
        byte[] point = HexFormat.of().parseHex(String.format("04%064x%064x", w.getAffineX(), w.getAffineY()));
        SshPublicKey key = SshPublicKey.of(new SshWriter().text("sk-ecdsa-sha2-nistp256@openssh.com").text("nistp256").string(point)
            .text("ssh:").toBytes());
        byte[] rest = {1, 0, 0, 0, 9};
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(pair.getPrivate());
        signature.update(new SshWriter().bytes(Sha256.newDigest().digest("ssh:".getBytes(StandardCharsets.US_ASCII))).bytes(rest)
            .bytes(Sha256.newDigest().digest(MESSAGE)).toBytes());
        byte[] both = signature.sign();
        byte[] numbers = new SshWriter().string(positive(Arrays.copyOf(both, 32))).string(positive(Arrays.copyOfRange(both, 32, 64)))
            .toBytes();
        assertThat(key.isSignature(MESSAGE, new SshWriter().text(key.type()).string(numbers).bytes(rest).toBytes())).isTrue();
    }

    private static byte[] positive(byte[] number) {
        return new java.math.BigInteger(1, number).toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN SSH SIGNATURE-----", "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----",
        "-----BEGIN SSH SIGNATURE-----\n\n-----END SSH SIGNATURE-----", "-----BEGIN SSH SIGNATURE-----\n!\n-----END SSH SIGNATURE-----",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAg==\n-----END SSH SIGNATURE-----",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAf////8=\n-----END SSH SIGNATURE-----"})
    void whatIsNoSignatureIsRefused(String text) {
        assertThatThrownBy(() -> SshSignature.parse(text)).isInstanceOf(KeyFormatException.class);
    }

    @Test
    void keysMayNotCarryMore() throws Exception {
        byte[] blob = SshPublicKey.parse(Fixtures.text("ed.pub")).blob();
        assertThatThrownBy(() -> SshPublicKey.of(Arrays.copyOf(blob, blob.length + 1))).hasMessageContaining("1 bytes too many");
        assertThatThrownBy(() -> SshPublicKey.of(Arrays.copyOf(blob, blob.length - 1))).hasMessageContaining("too early");
        assertThatThrownBy(() -> SshPublicKey.parse("ssh-rsa " + Base64.getEncoder().encodeToString(blob)))
            .hasMessageContaining("it is of type ssh-ed25519");
        assertThatThrownBy(() -> SshPublicKey.parse("ssh-dss AAAAB3NzaC1kc3M=")).hasMessageContaining("'ssh-dss' are not supported");
    }
}
