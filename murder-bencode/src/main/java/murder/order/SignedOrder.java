package murder.order;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import murder.bencode.BencodeDictionary;
import murder.bencode.BencodeException;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeString;
import murder.bencode.BencodeWriter;
import murder.bencode.Limits;
import murder.trust.ReleasePolicy;
import murder.trust.Signer;
import murder.trust.SshPublicKey;
import murder.trust.SshSignature;
import murder.trust.TrustException;
import murder.trust.TrustException.Reason;

/**
 * An order with its signature, in the form of the control swarm: the bencoded dictionary {@code {
 * order, signature }}. {@code order} is a string with the bencoded order. The signature covers
 * these bytes. {@code signature} is the text that {@code ssh-keygen -Y sign -n murder-order} makes.
 * Immutable.
 */
public final class SignedOrder {
    /**
     * The namespace of these signatures, as {@code ssh-keygen -n} and {@code allowed_signers} have
     * it.
     */
    public static final String NAMESPACE = "murder-order";
    /** The longest, in bytes. */
    public static final int MAX_BYTES = 16 * 1024;

    private static final Limits LIMITS = new Limits(MAX_BYTES, 1, 5);

    private final Order order;
    private final byte[] message;
    private final String signature;
    private final byte[] bytes;
    /** The key, once its signature was found right, so that this is computed only once. */
    private volatile SshPublicKey signedBy;

    private SignedOrder(Order order, byte[] message, String signature, byte[] bytes) {
        this.order = order;
        this.message = message;
        this.signature = signature;
        this.bytes = bytes;
    }

    /**
     * Signs an order.
     *
     * @param order what the hosts should hold
     * @param signer has the key
     * @return the order with its signature
     * @throws OrderTooLongException if the result would have more than {@link #MAX_BYTES}
     * @throws IOException if the key cannot be used
     * @throws InterruptedException if the calling thread was interrupted
     */
    public static SignedOrder sign(Order order, Signer signer) throws IOException, InterruptedException {
        byte[] message = OrderCodec.encode(order);
        checkLength(message.length);
        SshSignature signature = signer.sign(NAMESPACE, message);
        if (!signature.isOf(NAMESPACE, message)) {
            throw new IOException("the signature that the key " + signature.key().fingerprint() + " made is not right");
        }
        String text = signature.toString();
        byte[] bytes = new BencodeWriter().beginDictionary().key("order").string(message).key("signature").string(text).end()
            .toByteArray();
        checkLength(bytes.length);
        return new SignedOrder(order, message, text, bytes);
    }

    private static void checkLength(int length) throws OrderTooLongException {
        if (length > MAX_BYTES) {
            throw new OrderTooLongException(length);
        }
    }

    /**
     * Reads an order of any signer. {@link #check} decides whether it is valid.
     *
     * @param bytes at most {@link #MAX_BYTES}, copied
     * @return the order, not verified
     * @throws TrustException with {@link Reason#UNSIGNED} if it has no signature, or {@link
     *     Reason#MALFORMED} if it is no order
     */
    public static SignedOrder parse(byte[] bytes) throws TrustException {
        try {
            BencodeDictionary in = BencodeReader.read(bytes, LIMITS).asDictionary();
            BencodeString message = in.string("order").orElse(null);
            BencodeString signature = in.string("signature").orElse(null);
            if (message == null) {
                throw new TrustException(Reason.MALFORMED, "it is no order: 'order' is missing");
            }
            Order order = OrderCodec.decode(message.bytes());
            if (signature == null || signature.length() == 0) {
                throw new TrustException(Reason.UNSIGNED, "it is not signed");
            }
            String text = new String(signature.bytes(), StandardCharsets.ISO_8859_1);
            if (in.size() != 2) {
                throw new TrustException(Reason.MALFORMED, "it is no order: it has other keys than 'order' and 'signature'");
            }
            return new SignedOrder(order, message.bytes(), text, bytes.clone());
        } catch (BencodeException e) {
            throw new TrustException(Reason.MALFORMED, "it is no order: " + e.getMessage(), e);
        }
    }

    /** {@return the order, not verified} */
    public Order order() {
        return order;
    }

    /** {@return a copy of the bytes that {@link #parse} reads} */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * {@return whether {@link #parse} makes this order of these bytes}
     *
     * @param signedOrder any bytes
     */
    public boolean isIn(byte[] signedOrder) {
        return Arrays.equals(bytes, signedOrder);
    }

    /**
     * Decides about the order. Runs no program and reads no file.
     *
     * @param policy of the agent
     * @param now by this host's clock
     * @param lastSerial of the last accepted order, or a negative number for none; the same order
     *     passes again
     * @return the order
     * @throws TrustException if it is refused, with the reason
     */
    public Order check(OrderPolicy policy, Instant now, long lastSerial) throws TrustException {
        SshPublicKey key = signedBy;
        if (key == null) {
            signedBy = policy.signers().verify(signature, NAMESPACE, message, now).key();
        } else {
            policy.signers().principalsOf(key, NAMESPACE, now);
        }
        if (!order.fleet().equals(policy.fleet())) {
            throw new TrustException(Reason.OTHER_FLEET, "it is for the fleet '" + order.fleet() + "', not '" + policy.fleet() + "'");
        } else if (order.made().isAfter(now.plus(ReleasePolicy.CLOCK_TOLERANCE))) {
            throw new TrustException(Reason.FROM_THE_FUTURE, "it was signed at " + order.made() + ", but here it is " + now
                + "; look at the clocks");
        } else if (now.isAfter(order.until().plus(ReleasePolicy.CLOCK_TOLERANCE))) {
            throw new TrustException(Reason.EXPIRED, "it expired at " + order.until() + ", and here it is " + now);
        } else if (order.serial() < lastSerial) {
            throw new TrustException(Reason.OLDER, "its serial " + order.serial() + " is older than " + lastSerial
                + ", the last one here");
        }
        return order;
    }
}
