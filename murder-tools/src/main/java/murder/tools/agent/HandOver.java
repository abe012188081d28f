package murder.tools.agent;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import murder.order.Membership;

/**
 * What a process says that was started for a fleet whose agent runs already:
 * {@code join MEMBERSHIP OPTIONS}, both in Base64.
 *
 * @param membership that it was given
 * @param options that it was given, as {@link AgentOptions#identity} says them
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
