package murder.wire;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import murder.bencode.BencodeDictionary;
import murder.bencode.BencodeException;
import murder.bencode.BencodeInteger;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeString;
import murder.bencode.BencodeWriter;
import murder.bencode.Leniency;
import murder.bencode.Limits;
import murder.peer.PeerAddress;

/**
 * The payload of the extension message with id 0 (BEP 10), with the keys of BEP 9 and BEP 21. Every
 * key is optional.
 *
 * @param ids the sender's message ids for the extensions that it supports, 0 to 255; 0 switches one
 *     off
 * @param requestQueue {@code reqq}: requests that the sender queues before it drops some; 0 for
 *     none given (BEP 10 assumes 250)
 * @param client {@code v}: name and version, at most {@value #MAX_CLIENT_LENGTH} characters; empty
 *     for none given
 * @param uploadOnly the sender will not download (BEP 21)
 * @param metadataSize length of the info dictionary in bytes (BEP 9); 0 for none given
 * @param port {@code p}: the sender's port; 0 for none given
 * @param yourIp the receiver's address as the sender sees it, with port 0; null for none given
 * @param maxRequestLength {@code max_request_length}: the longest request that the sender serves,
 *     in bytes, several consecutive blocks. Not in a BEP; 0 for none given, which means 16 KiB
 */
public record ExtensionHandshake(
        SortedMap<String, Integer> ids,
        int requestQueue,
        String client,
        boolean uploadOnly,
        int metadataSize,
        int port,
        PeerAddress yourIp,
        int maxRequestLength) {

    /** Id of the handshake among extension messages. */
    public static final int ID = 0;
    /** Name of the extension of BEP 9. */
    public static final String UT_METADATA = "ut_metadata";

    public static final int MAX_CLIENT_LENGTH = 100;

    private static final Limits LIMITS = new Limits(1 << 16, 8, 4000);
    /** Only the ids matter here, not the form. */
    private static final Set<Leniency> FORGIVEN = Collections.unmodifiableSet(
            EnumSet.complementOf(EnumSet.of(Leniency.DUPLICATE_KEYS)));

    public ExtensionHandshake {
        ids = Collections.unmodifiableSortedMap(new TreeMap<>(ids));
        for (Map.Entry<String, Integer> id : ids.entrySet()) {
            inRange("m." + id.getKey(), id.getValue(), 255);
        }
        inRange("reqq", requestQueue, Integer.MAX_VALUE);
        inRange("metadata_size", metadataSize, Integer.MAX_VALUE);
        inRange("max_request_length", maxRequestLength, Integer.MAX_VALUE);
        inRange("p", port, 0xffff);
        if (client.length() > MAX_CLIENT_LENGTH) {
            throw new IllegalArgumentException("v has " + client.length() + " characters, at most " + MAX_CLIENT_LENGTH);
        }
    }

    private static void inRange(String key, int value, int most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(key + " is " + value + ", must be in 0.." + most);
        }
    }

    /** The sender's message id for that extension; 0 for none. */
    public int id(String extension) {
        return ids.getOrDefault(extension, 0);
    }

    /** The bytes for {@link ExtensionSender#extended} with {@link #ID}. */
    public byte[] toPayload() {
        BencodeWriter out = new BencodeWriter().beginDictionary();
        Map<String, BencodeInteger> m = new TreeMap<>();
        for (Map.Entry<String, Integer> id : ids.entrySet()) {
            m.put(id.getKey(), BencodeInteger.of(id.getValue()));
        }
        out.key("m").value(BencodeDictionary.of(m));
        writeUnlessZero(out, "max_request_length", maxRequestLength);
        writeUnlessZero(out, "metadata_size", metadataSize);
        writeUnlessZero(out, "p", port);
        writeUnlessZero(out, "reqq", requestQueue);
        writeUnlessZero(out, "upload_only", uploadOnly ? 1 : 0);
        if (!client.isEmpty()) {
            out.key("v").string(client);
        }
        if (yourIp != null) {
            out.key("yourip").string(yourIp.addressBytes());
        }
        return out.end().toByteArray();
    }

    private static void writeUnlessZero(BencodeWriter out, String key, int value) {
        if (value != 0) {
            out.key(key).integer(value);
        }
    }

    /**
     * Reads the payload after the id 0. Ignores unknown keys.
     *
     * @throws WireException {@link Violation#BAD_EXTENSION}
     */
    public static ExtensionHandshake read(ByteBuffer payload) throws WireException {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        try {
            BencodeReader reader = new BencodeReader(bytes, 0, bytes.length, LIMITS, FORGIVEN);
            BencodeDictionary all = reader.next().asDictionary();
            reader.finish();
            SortedMap<String, Integer> ids = new TreeMap<>();
            BencodeDictionary m = all.dictionary("m").orElse(BencodeDictionary.of(Map.of()));
            for (BencodeString name : m.keys()) {
                ids.put(name.text(), number(m, name.text(), 255));
            }
            // A peer may announce a number beyond an int.
            int requestQueue = (int) Math.min(Integer.MAX_VALUE, atLeastZero(all, "reqq", Long.MAX_VALUE));
            String client = all.has("v") ? all.get("v").asString().text() : "";
            return new ExtensionHandshake(ids, requestQueue, client.substring(0, Math.min(client.length(), MAX_CLIENT_LENGTH)),
                    all.integer("upload_only").orElse(0) != 0, number(all, "metadata_size", Integer.MAX_VALUE),
                    number(all, "p", 0xffff), all.has("yourip") ? address(all.get("yourip").asString()) : null,
                    number(all, "max_request_length", Integer.MAX_VALUE));
        } catch (BencodeException e) {
            throw new WireException(Violation.BAD_EXTENSION, "extension handshake: " + e.getMessage());
        }
    }

    private static int number(BencodeDictionary from, String key, int most) throws BencodeException {
        return (int) atLeastZero(from, key, most);
    }

    private static long atLeastZero(BencodeDictionary from, String key, long most) throws BencodeException {
        OptionalLong value = from.integer(key);
        if (value.isEmpty()) {
            return 0;
        }
        if (value.getAsLong() < 0 || value.getAsLong() > most) {
            throw new BencodeException(from.get(key).start(), "'" + key + "' is " + value.getAsLong());
        }
        return value.getAsLong();
    }

    private static PeerAddress address(BencodeString bytes) throws BencodeException {
        if (bytes.length() != 4 && bytes.length() != 16) {
            throw new BencodeException(bytes.start(), "'yourip' has " + bytes.length() + " bytes");
        }
        return PeerAddress.of(bytes.bytes(), 0);
    }
}
