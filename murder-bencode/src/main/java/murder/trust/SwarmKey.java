package murder.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import murder.disk.PrivateFile;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;

/**
 * The secret of a closed swarm, 32 bytes. A host with the key is a member. The key gives the swarm
 * its name, seals announces, and answers the challenges of peers. Each use is an HMAC-SHA256 (RFC
 * 2104) over a word for the use and the covered bytes. The words differ in their first letter, so a
 * code for one use is invalid for another.
 *
 * <p>No text of this class holds the secret. Immutable.
 */
public final class SwarmKey {
    /** The length in bytes. */
    public static final int LENGTH = 32;
    /** The length of a code that {@link #code} makes, in bytes. */
    public static final int CODE_LENGTH = 32;
    /** The bytes that {@link #encrypt} adds to a text. */
    public static final int ENCRYPTION_LENGTH = 28;
    /** The length of a fingerprint in bytes; as text it has twice as many digits. */
    public static final int FINGERPRINT_LENGTH = 8;
    /** The limit of lines in a file. */
    private static final int MAX_FILE_BYTES = 1 << 14;
    private static final String ALGORITHM = "HmacSHA256";
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_LENGTH = 16;

    private final SecretKeySpec secret;

    private SwarmKey(byte[] bytes) {
        secret = new SecretKeySpec(bytes, ALGORITHM);
    }

    /**
     * {@return a new key}
     *
     * @param random a strong generator
     */
    public static SwarmKey random(SecureRandom random) {
        byte[] bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        return new SwarmKey(bytes);
    }

    /**
     * {@return the key with these bytes}
     *
     * @param bytes exactly 32, copied
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static SwarmKey of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a swarm key has " + LENGTH + " bytes, not " + bytes.length);
        }
        return new SwarmKey(bytes);
    }

    /**
     * Reads a file of keys: 64 hexadecimal digits a line. Empty lines and lines that begin with
     * {@code #} are ignored. While a key is being replaced, the first line has the new one and the
     * second line the old one.
     *
     * @param file readable by its owner alone
     * @return at least one key; a peer joins with the first, a tracker serves all
     * @throws IOException if it cannot be read, others may read or write it, or a line is no key.
     *     The message does not show the line
     */
    public static List<SwarmKey> read(Path file) throws IOException {
        byte[] text = PrivateFile.read(file, MAX_FILE_BYTES, "file of swarm keys");
        return parse(file, new String(text, StandardCharsets.ISO_8859_1));
    }

    private static List<SwarmKey> parse(Path file, String text) throws IOException {
        List<SwarmKey> keys = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String word = line.strip();
            if (word.isEmpty() || word.startsWith("#")) {
                continue;
            }
            if (word.length() != 2 * LENGTH || !word.chars().allMatch(HexFormat::isHexDigit)) {
                throw new IOException(file + ", line " + number + ": a swarm key has " + 2 * LENGTH + " hexadecimal digits");
            }
            keys.add(new SwarmKey(HexFormat.of().parseHex(word)));
        }
        if (keys.isEmpty()) {
            throw new IOException(file + " holds no swarm key");
        }
        return List.copyOf(keys);
    }

    /** {@return the line that {@link #read} reads, without its end: the secret itself} */
    public String toLine() {
        return HexFormat.of().formatHex(secret.getEncoded());
    }

    /**
     * {@return 16 hexadecimal digits by which people and orders tell one key from another} They
     * tell nothing of the key itself.
     */
    public String fingerprint() {
        return HexFormat.of().formatHex(code("shown"), 0, FINGERPRINT_LENGTH);
    }

    /**
     * {@return the name of a closed swarm, which replaces the info-hash on the wire and at the
     * tracker} The first 20 bytes of HMAC-SHA256(key, "name" | info).
     *
     * @param info of the torrent
     */
    public InfoHash nameOf(InfoSha256 info) {
        return InfoHash.of(Arrays.copyOf(code("name", info.toBytes()), InfoHash.LENGTH));
    }

    /**
     * {@return the name of a fleet's control swarm, in which agents forward orders} The first 20
     * bytes of HMAC-SHA256(key, "fleet" | name).
     *
     * @param fleet its name
     */
    public InfoHash controlName(String fleet) {
        return InfoHash.of(Arrays.copyOf(code("fleet", fleet.getBytes(StandardCharsets.UTF_8)), InfoHash.LENGTH));
    }

    /**
     * {@return HMAC-SHA256(key, use | parts), 32 bytes}
     *
     * @param use ASCII; no use begins with the letter of another
     * @param parts the covered bytes, one after the other; their lengths must be fixed or follow
     *     from earlier parts
     */
    public byte[] code(String use, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update(use.getBytes(StandardCharsets.US_ASCII));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has HMAC-SHA256", e);
        }
    }

    /**
     * {@return whether a code is the one that {@link #code} makes} Takes the same time for any
     * difference.
     *
     * @param code any bytes
     * @param use as for {@link #code}
     * @param parts as for {@link #code}
     */
    public boolean isCode(byte[] code, String use, byte[]... parts) {
        return MessageDigest.isEqual(code(use, parts), code);
    }

    /**
     * {@return the text, encrypted and protected from changes with AES-256-GCM (NIST SP 800-38D)}
     * {@link #ENCRYPTION_LENGTH} bytes longer: a random nonce precedes it, a tag follows it.
     *
     * @param plain any bytes
     * @param random a strong generator
     */
    public byte[] encrypt(byte[] plain, SecureRandom random) {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        try {
            byte[] text = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain);
            byte[] all = Arrays.copyOf(nonce, NONCE_LENGTH + text.length);
            System.arraycopy(text, 0, all, NONCE_LENGTH, text.length);
            return all;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has AES-GCM", e);
        }
    }

    /**
     * {@return the text that {@link #encrypt} got; null if it was encrypted with another key, or
     * changed}
     *
     * @param encrypted any bytes
     */
    public byte[] decrypt(byte[] encrypted) {
        if (encrypted.length < ENCRYPTION_LENGTH) {
            return null;
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(encrypted, NONCE_LENGTH))
                .doFinal(encrypted, NONCE_LENGTH, encrypted.length - NONCE_LENGTH);
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(code("encrypt"), "AES"), new GCMParameterSpec(Byte.SIZE * TAG_LENGTH, nonce));
        return cipher;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SwarmKey key && MessageDigest.isEqual(secret.getEncoded(), key.secret.getEncoded());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(code("hash"));
    }

    /** Says what this is, not which. */
    @Override
    public String toString() {
        return "a swarm key";
    }
}
