package murder.tools.agent;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import murder.order.Membership;

/**
 * The message of a process that finds a running agent of its fleet:
 * {@code join MEMBERSHIP OPTIONS}, both in Base64.
 *
 * @param membership of the new process
 * @param options of the new process, as in {@link AgentOptions#identity}
 */
record HandOver(Membership membership, String options) {
    /** The longest line. */
    static final int MAX_LENGTH = 4 * Membership.MAX_BYTES;
    private static final String WORD = "join ";

    String toLine() {
        Base64.Encoder base64 = Base64.getEncoder();
        return WORD + base64.encodeToString(membership.toBytes()) + " "
            + base64.encodeToString(options.getBytes(StandardCharsets.UTF_8));
    }

    /** Null if the line is none. */
    static HandOver parse(String line) {
        int space = line.indexOf(' ', WORD.length());
        if (!line.startsWith(WORD) || space < 0) {
            return null;
        }
        try {
            Base64.Decoder base64 = Base64.getDecoder();
            Membership membership = Membership.read(new ByteArrayInputStream(base64.decode(line.substring(WORD.length(), space))));
            return new HandOver(membership, new String(base64.decode(line.substring(space + 1)), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | IOException e) {
            return null;
        }
    }
}
