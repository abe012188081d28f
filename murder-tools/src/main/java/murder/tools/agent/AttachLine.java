package murder.tools.agent;

import java.util.Base64;
import murder.order.SignedOrder;
import murder.tools.cli.HostReport;

/**
 * The lines between the control machine and an agent ({@code murder agent --attach}), over ssh and
 * the agent's socket.
 *
 * <pre>
 *   to the agent                      from the agent, each a {@link HostReport}
 *   attach         first, from the attached program itself
 *   order BASE64   a signed order     {"type":"order","serial":N,"base64":...}  the newest order, first if there is one
 *   bye            nothing more       {"type":"agent",...}                      see {@link AgentReport}: first all agents, then changes
 *   look           first, instead     {"type":"result","result":"told",...}     after 'look': that was all
 *                                     {"type":"check","check":"order","ok":false,"detail":WHY}  an order was refused
 *                                     {"type":"check","check":"order","ok":true,"detail":SERIAL}  an order was taken
 * </pre>
 *
 * The agent ends the connection after {@code bye}, or when its input ends, or when it leaves.
 *
 * @param kind of the line
 * @param order the bytes of a signed order, not verified; empty for other kinds
 */
public record AttachLine(Kind kind, byte[] order) {
    /** The kind of a line to the agent. */
    public enum Kind {
        /** Bring this order to the fleet. */
        ORDER,
        /** No more lines follow. */
        BYE,
        /** A program is attached, and wants reports. */
        ATTACH,
        /** A program wants the newest order and the reports of now, and then the end. */
        LOOK
    }

    /** The longest line to the agent, with its end. */
    public static final int MAX_LENGTH = "order \n".length() + (SignedOrder.MAX_BYTES + 2) / 3 * 4;
    /** The subject of a check line. */
    public static final String ORDER_CHECK = "order";

    private static final String ORDER = "order ";
    private static final String BYE = "bye";
    /** With its line end. The attaching program has few classes, so it makes no lines. */
    static final String ATTACH = "attach\n";
    static final String LOOK = "look\n";

    /** {@return the line that brings an order, without its end} */
    public static String order(byte[] signedOrder) {
        return ORDER + Base64.getEncoder().encodeToString(signedOrder);
    }

    /** {@return the line that ends the connection, without its end} */
    public static String bye() {
        return BYE;
    }

    /** Reads a line to the agent. Returns null if it is none. */
    static AttachLine parse(String line) {
        if (line.equals(BYE)) {
            return new AttachLine(Kind.BYE, new byte[0]);
        }
        if (line.equals(ATTACH.strip())) {
            return new AttachLine(Kind.ATTACH, new byte[0]);
        }
        if (line.equals(LOOK.strip())) {
            return new AttachLine(Kind.LOOK, new byte[0]);
        }
        if (!line.startsWith(ORDER)) {
            return null;
        }
        try {
            return new AttachLine(Kind.ORDER, Base64.getDecoder().decode(line.substring(ORDER.length())));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
