package murder.order;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import murder.disk.PrivateFile;
import murder.trust.AllowedSigners;
import murder.trust.KeyFormatException;
import murder.trust.SwarmKey;

/**
 * The data that makes a host a member of a fleet. It travels over the standard input of ssh. The
 * agent keeps it in a file that only its user may read:
 *
 * <pre>
 *   murder-membership 1
 *   fleet (its name)
 *   swarm-key (64 hexadecimal digits)    once or twice; the first one makes names and codes, all are accepted
 *   signer (a line of allowed_signers)   once or more
 *   order (Base64 of a signed order)     at most once
 *   end
 * </pre>
 *
 * <p>Texts and errors of this class contain no secret. Immutable.
 */
public final class Membership {
    /** The longest, in bytes. */
    public static final int MAX_BYTES = 128 * 1024;
    /** The limit of simultaneous keys. */
    public static final int MAX_KEYS = 2;
    /** The limit of lines of signers. */
    public static final int MAX_SIGNERS = 64;

    private static final String FIRST_LINE = "murder-membership 1";
    private static final String LAST_LINE = "end";

    private final String fleet;
    private final List<SwarmKey> keys;
    private final List<String> signers;
    private final AllowedSigners allowedSigners;
    private final byte[] order;

    /**
     * Makes a membership.
     *
     * @param fleet its name
     * @param keys 1 to {@link #MAX_KEYS}, the one to use first
     * @param signers 1 to {@link #MAX_SIGNERS} lines of {@code allowed_signers}
     * @param order a signed order, copied, or null for none
     * @throws KeyFormatException if a line of the signers is invalid
     * @throws IllegalArgumentException if something else is not as described above
     */
    public Membership(String fleet, List<SwarmKey> keys, List<String> signers, byte[] order) throws KeyFormatException {
        Rules.checkName("fleet", fleet);
        Rules.checkCount("swarm keys", keys.size(), 1, MAX_KEYS);
        Rules.checkCount("signers", signers.size(), 1, MAX_SIGNERS);
        for (String signer : signers) {
            Rules.checkLine("line of a signer", signer);
        }
        if (order != null) {
            Rules.checkCount("bytes of an order", order.length, 1, SignedOrder.MAX_BYTES);
        }
        this.fleet = fleet;
        this.keys = List.copyOf(keys);
        this.signers = List.copyOf(signers);
        this.allowedSigners = AllowedSigners.parse(String.join("\n", signers));
        this.order = order == null ? null : order.clone();
    }

    /**
     * Reads a membership up to the end of its last line.
     *
     * @param in gives at least all the lines
     * @return the membership
     * @throws KeyFormatException if it is invalid; the message does not show the line
     * @throws IOException if it cannot be read
     */
    public static Membership read(InputStream in) throws IOException {
        Lines lines = new Lines(in);
        if (!lines.next().equals(FIRST_LINE)) {
            throw lines.wrong("it does not begin with '" + FIRST_LINE + "'", null);
        }
        String fleet = null;
        List<SwarmKey> keys = new ArrayList<>();
        List<String> signers = new ArrayList<>();
        byte[] order = null;
        for (String line = lines.next(); !line.equals(LAST_LINE); line = lines.next()) {
            int space = line.indexOf(' ');
            String word = space < 0 ? line : line.substring(0, space);
            String value = space < 0 ? "" : line.substring(space + 1);
            if (word.equals("fleet") && fleet == null) {
                fleet = value;
            } else if (word.equals("swarm-key") && keys.size() < MAX_KEYS) {
                keys.add(key(value, lines));
            } else if (word.equals("signer") && signers.size() < MAX_SIGNERS) {
                signers.add(value);
            } else if (word.equals("order") && order == null) {
                order = base64(value, lines);
            } else {
                throw lines.wrong("it is not known, or there are too many of its kind", null);
            }
        }
        try {
            return new Membership(fleet == null ? "" : fleet, keys, signers, order);
        } catch (IllegalArgumentException e) {
            throw new KeyFormatException("this is no membership of a fleet: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a file.
     *
     * @param file readable by its owner alone
     * @return the membership
     * @throws KeyFormatException if it is invalid; the message does not show the line
     * @throws IOException if it cannot be read, or others may read or write it
     */
    public static Membership read(Path file) throws IOException {
        byte[] bytes = PrivateFile.read(file, MAX_BYTES, "membership");
        try {
            return read(new ByteArrayInputStream(bytes));
        } catch (KeyFormatException e) {
            throw new KeyFormatException(file + ": " + e.getMessage(), e);
        }
    }

    private static SwarmKey key(String hex, Lines lines) throws KeyFormatException {
        // An agent does this at its start, so without a lambda.
        boolean isRight = hex.length() == 2 * SwarmKey.LENGTH;
        for (int i = 0; i < hex.length(); i++) {
            isRight &= HexFormat.isHexDigit(hex.charAt(i));
        }
        if (!isRight) {
            throw lines.wrong("a swarm key has " + 2 * SwarmKey.LENGTH + " hexadecimal digits", null);
        }
        return SwarmKey.of(HexFormat.of().parseHex(hex));
    }

    private static byte[] base64(String text, Lines lines) throws KeyFormatException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw lines.wrong("the order is not Base64", e);
        }
    }

    /** {@return the name of the fleet} */
    public String fleet() {
        return fleet;
    }

    /** {@return the keys; the first makes names and codes, all are accepted} */
    public List<SwarmKey> keys() {
        return keys;
    }

    /** {@return the lines of {@code allowed_signers}} */
    public List<String> signers() {
        return signers;
    }

    /** {@return the rule for orders to this fleet's agents} */
    public OrderPolicy policy() {
        return new OrderPolicy(allowedSigners, fleet);
    }

    /** {@return a copy of the enclosed order, if any; not verified} */
    public Optional<byte[]> order() {
        return order == null ? Optional.empty() : Optional.of(order.clone());
    }

    /** {@return the bytes that {@link #read} reads, secrets and all} */
    public byte[] toBytes() {
        StringBuilder text = new StringBuilder(FIRST_LINE).append("\nfleet ").append(fleet).append('\n');
        for (SwarmKey key : keys) {
            text.append("swarm-key ").append(key.toLine()).append('\n');
        }
        for (String signer : signers) {
            text.append("signer ").append(signer).append('\n');
        }
        if (order != null) {
            text.append("order ").append(Base64.getEncoder().encodeToString(order)).append('\n');
        }
        return text.append(LAST_LINE).append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A text without secrets. */
    @Override
    public String toString() {
        return "membership of the fleet " + fleet;
    }

    /** Reads lines byte by byte, because the bytes after the last one are for another reader. */
    private static final class Lines {
        private final InputStream in;
        private int number;
        private int bytes;

        Lines(InputStream in) {
            this.in = in;
        }

        String next() throws IOException {
            number++;
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw wrong("it ends before '" + LAST_LINE + "'", null);
                } else if (++bytes > MAX_BYTES) {
                    throw wrong("it has more than " + MAX_BYTES + " bytes", null);
                }
                line.write(next);
            }
            return line.toString(StandardCharsets.UTF_8);
        }

        KeyFormatException wrong(String problem, Throwable cause) {
            return new KeyFormatException("this is no membership of a fleet, line " + number + ": " + problem, cause);
        }
    }
}
