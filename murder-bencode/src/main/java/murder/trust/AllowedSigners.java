package murder.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The trusted keys: the lines of an {@code allowed_signers} file (ssh-keygen(1)). A line has
 * principals, options, and a public key:
 *
 * <pre>
 *   release@example.com,ci@example.com namespaces="murder",valid-before="20271231" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5...
 * </pre>
 *
 * <p>Options are {@code namespaces} (patterns), {@code valid-after} and {@code valid-before}
 * (YYYYMMDD or YYYYMMDDHHMM[SS], in the time zone of this host, or in UTC with a Z behind them). A
 * line with {@code cert-authority}, or an unknown option, makes the whole file unreadable.
 * Immutable.
 */
public final class AllowedSigners {
    private static final int MAX_FILE_BYTES = 1 << 20;

    /** One line. The bounds are null if there are none. */
    private record Line(String principals, String namespaces, Instant validAfter, Instant validBefore, byte[] key) {
        /** Null if the line allows it, else the reason of the refusal. */
        String problem(String namespace, Instant at) {
            if (namespaces != null && !SshPatterns.matches(namespaces, namespace)) {
                return "is allowed for namespaces " + namespaces + " and not for " + namespace;
            } else if (validAfter != null && at.isBefore(validAfter)) {
                return "is valid only after " + validAfter;
            } else if (validBefore != null && at.isAfter(validBefore)) {
                return "was valid only before " + validBefore;
            }
            return null;
        }
    }

    private final List<Line> lines;

    private AllowedSigners(List<Line> lines) {
        this.lines = List.copyOf(lines);
    }

    /**
     * Reads a file.
     *
     * @param file at most 1 MiB
     * @return its lines
     * @throws KeyFormatException as {@link #parse}, with the file's name
     * @throws IOException if it cannot be read
     */
    public static AllowedSigners read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_FILE_BYTES + 1);
        }
        if (bytes.length > MAX_FILE_BYTES) {
            throw new KeyFormatException(file + " is longer than " + MAX_FILE_BYTES + " bytes");
        }
        try {
            return parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (KeyFormatException e) {
            throw new KeyFormatException(file + ", " + e.getMessage(), e);
        }
    }

    /**
     * Reads lines. Ignores empty ones and those that begin with {@code #}.
     *
     * @param text the lines
     * @return the allowed signers
     * @throws KeyFormatException that names an invalid or unsupported line
     */
    public static AllowedSigners parse(String text) throws KeyFormatException {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                try {
                    lines.add(line(stripped));
                } catch (KeyFormatException e) {
                    throw new KeyFormatException("line " + number + ": " + e.getMessage(), e);
                }
            }
        }
        return new AllowedSigners(lines);
    }

    private static Line line(String text) throws KeyFormatException {
        SshWords words = new SshWords(text);
        String principals = words.next();
        String word = words.next();
        List<String> options = List.of();
        if (!isKeyType(word)) {
            options = SshWords.options(word);
            word = words.next();
        }
        String namespaces = null;
        Instant validAfter = null;
        Instant validBefore = null;
        for (String option : options) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            String value = equals < 0 ? "" : option.substring(equals + 1);
            switch (name.toLowerCase(java.util.Locale.ROOT)) {
                case "namespaces" -> namespaces = value;
                case "valid-after" -> validAfter = time(value);
                case "valid-before" -> validBefore = time(value);
                case "cert-authority" -> throw new KeyFormatException("cert-authority is not supported; name the keys themselves");
                default -> throw new KeyFormatException("the option '" + name + "' is not supported");
            }
        }
        if (validAfter != null && validBefore != null && !validAfter.isBefore(validBefore)) {
            throw new KeyFormatException("valid-after is not before valid-before");
        }
        return new Line(principals, namespaces, validAfter, validBefore, key(word, words.next()));
    }

    private static boolean isKeyType(String word) {
        return word.startsWith("ssh-") || word.startsWith("ecdsa-") || word.startsWith("sk-");
    }

    /** The key may be of an unsupported kind: then it never matches. */
    private static byte[] key(String type, String base64) throws KeyFormatException {
        byte[] blob = SshPublicKey.decode(base64);
        if (!new SshReader(blob).text().equals(type)) {
            throw new KeyFormatException("the key is not of type '" + type + "'");
        }
        return blob;
    }

    private static Instant time(String text) throws KeyFormatException {
        boolean isUtc = text.endsWith("Z") || text.endsWith("z");
        String digits = isUtc ? text.substring(0, text.length() - 1) : text;
        int length = digits.length();
        if (!digits.chars().allMatch(c -> c >= '0' && c <= '9') || length != 8 && length != 12 && length != 14) {
            throw new KeyFormatException("'" + text + "' is no time such as 20271231, 202712312359 or 20271231235959Z");
        }
        int[] parts = new int[6];
        parts[0] = Integer.parseInt(digits.substring(0, 4));
        for (int i = 1; 2 * i + 2 < length; i++) {
            parts[i] = Integer.parseInt(digits.substring(2 * i + 2, 2 * i + 4));
        }
        try {
            return LocalDateTime.of(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
                .atZone(isUtc ? ZoneOffset.UTC : ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException e) {
            throw new KeyFormatException("'" + text + "' is no time: " + e.getMessage(), e);
        }
    }

    /**
     * {@return the principals of the first line that allows this key}
     *
     * @param key of a signature
     * @param namespace of that signature
     * @param at the time at which the key has to be valid
     * @throws TrustException with {@link TrustException.Reason#UNKNOWN_KEY} if no line has the key,
     *     or {@link TrustException.Reason#KEY_NOT_ALLOWED} if its lines do not allow this use or
     *     this time
     */
    public String principalsOf(SshPublicKey key, String namespace, Instant at) throws TrustException {
        String problem = null;
        byte[] blob = key.blob();
        for (Line line : lines) {
            if (Arrays.equals(line.key, blob)) {
                problem = line.problem(namespace, at);
                if (problem == null) {
                    return line.principals;
                }
            }
        }
        if (problem == null) {
            throw new TrustException(TrustException.Reason.UNKNOWN_KEY,
                "it is signed by an unknown key, " + key.fingerprint() + " (" + key.type() + ")");
        }
        throw new TrustException(TrustException.Reason.KEY_NOT_ALLOWED, "the key that signed it, " + key.fingerprint() + ", " + problem);
    }

    /**
     * The verified signer of a message.
     *
     * @param principals the names of the signer in these lines
     * @param key that signed
     */
    public record Verified(String principals, SshPublicKey key) {}

    /**
     * Checks the signature of a message. Runs no program and reads no file.
     *
     * @param signature as {@code ssh-keygen -Y sign} writes it
     * @param namespace the required purpose
     * @param message the signed message
     * @param at the time at which the key must be valid
     * @return the signer
     * @throws TrustException if it is no signature, or not a valid one, with the reason
     */
    public Verified verify(String signature, String namespace, byte[] message, Instant at) throws TrustException {
        try {
            SshSignature read = SshSignature.parse(signature);
            String principals = principalsOf(read.key(), namespace, at);
            if (read.isOf(namespace, message)) {
                return new Verified(principals, read.key());
            }
            throw new TrustException(TrustException.Reason.WRONG_SIGNATURE, "the key " + read.key().fingerprint()
                + " did not sign it: it was changed, or is signed for another use");
        } catch (KeyFormatException e) {
            throw new TrustException(TrustException.Reason.MALFORMED, "its signature cannot be read: " + e.getMessage(), e);
        }
    }
}
