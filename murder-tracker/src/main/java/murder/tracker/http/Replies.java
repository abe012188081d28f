package murder.tracker.http;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import murder.bencode.BencodeDictionary;
import murder.bencode.BencodeException;
import murder.bencode.BencodeInteger;
import murder.bencode.BencodeList;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeString;
import murder.bencode.BencodeValue;
import murder.bencode.BencodeWriter;
import murder.bencode.Leniency;
import murder.bencode.Limits;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;
import murder.tracker.FleetAnswer;
import murder.tracker.IpLiteral;
import murder.tracker.ScrapeResponse;
import murder.tracker.TrackerException.Reason;
import murder.tracker.TrackerException;
import murder.trust.SwarmKey;

/** The bencoded replies of HTTP trackers (BEP 3, 7, 23, 48): written strictly, read leniently. */
final class Replies {
    /** Longest reply that is read, in bytes. */
    static final int MAX_LENGTH = 2 << 20;
    /** Peers read from one reply; the rest of a longer list is ignored. */
    static final int MAX_PEERS = 2_000;
    /** The interval for a reply with peers but without an interval. */
    static final int DEFAULT_INTERVAL_SECONDS = 60;

    private static final int MAX_INTERVAL_SECONDS = 86_400;
    /** The limit of digits in a number that was sent as a string: more may not fit an int. */
    private static final int MAX_DIGITS = 9;
    private static final int MAX_REPORT_EVERY_MS = 3_600_000;
    private static final int MAX_TEXT_LENGTH = 500;
    private static final Limits LIMITS = new Limits(MAX_LENGTH, 16, 100_000);
    private static final Set<Leniency> LENIENCIES = EnumSet.allOf(Leniency.class);

    private Replies() {}

    /** A refusal; such a reply has no other content. */
    static byte[] failure(String reason) {
        return new BencodeWriter().beginDictionary().key("failure reason").string(reason).end().toByteArray();
    }

    /**
     * The answer to an announce in the requested form, but without peer ids. No client needs them
     * (BEP 23). A stranger with the id of a peer could act as this peer.
     */
    static byte[] announce(AnnounceRequest request, AnnounceResponse response) {
        BencodeWriter out = new BencodeWriter().beginDictionary();
        if (response.complete() != AnnounceResponse.UNKNOWN) {
            out.key("complete").integer(response.complete());
        }
        if (response.incomplete() != AnnounceResponse.UNKNOWN) {
            out.key("incomplete").integer(response.incomplete());
        }
        out.key("interval").integer(response.intervalSeconds());
        if (response.minIntervalSeconds() != 0) {
            out.key("min interval").integer(response.minIntervalSeconds());
        }
        if (response.fleet().order() != null) {
            out.key("order").string(response.fleet().order());
        }
        out.key("peers");
        if (request.compact()) {
            out.string(compact(response.peers(), true));
            byte[] peers6 = compact(response.peers(), false);
            if (peers6.length > 0) {
                out.key("peers6").string(peers6);
            }
        } else {
            out.beginList();
            for (AnnouncedPeer peer : response.peers()) {
                out.beginDictionary().key("ip").string(IpLiteral.format(peer.address()));
                out.key("port").integer(peer.address().port()).end();
            }
            out.end();
        }
        if (response.fleet().reportEveryMs() != 0) {
            out.key("report every").integer(response.fleet().reportEveryMs());
        }
        if (!response.trackerId().isEmpty()) {
            out.key("tracker id").string(response.trackerId());
        }
        if (!response.warning().isEmpty()) {
            out.key("warning message").string(response.warning());
        }
        return out.end().toByteArray();
    }

    /** The answer to a scrape; with known names only, as in the original. */
    static byte[] scrape(ScrapeResponse response) {
        BencodeWriter out = new BencodeWriter().beginDictionary().key("files").beginDictionary();
        Map<InfoHash, ScrapeResponse.Counts> sorted = new TreeMap<>(response.swarms());
        for (Map.Entry<InfoHash, ScrapeResponse.Counts> entry : sorted.entrySet()) {
            ScrapeResponse.Counts counts = entry.getValue();
            out.key(entry.getKey().toBytes()).beginDictionary();
            out.key("complete").integer(counts.complete());
            out.key("downloaded").integer(counts.downloaded());
            out.key("incomplete").integer(counts.incomplete());
            if (!counts.name().isEmpty()) {
                out.key("name").string(counts.name());
            }
            out.end();
        }
        return out.end().end().toByteArray();
    }

    /**
     * Reads the answer to an announce.
     *
     * @throws TrackerException with {@link Reason#REFUSED} for a failure reason,
     *     {@link Reason#MALFORMED_REPLY} for an invalid reply
     */
    static AnnounceResponse readAnnounce(byte[] reply) throws TrackerException {
        try {
            BencodeDictionary dictionary = dictionary(reply);
            List<AnnouncedPeer> peers = new ArrayList<>();
            readPeers(dictionary.get("peers"), true, peers);
            readPeers(dictionary.get("peers6"), false, peers);
            long interval = wholeNumber(dictionary.get("interval"), DEFAULT_INTERVAL_SECONDS);
            long minInterval = wholeNumber(dictionary.get("min interval"), 0);
            return new AnnounceResponse((int) Math.max(1, Math.min(MAX_INTERVAL_SECONDS, interval)),
                (int) Math.max(0, Math.min(MAX_INTERVAL_SECONDS, minInterval)), count(dictionary, "complete"),
                count(dictionary, "incomplete"), peers, trackerId(dictionary), text(dictionary.get("warning message")),
                fleet(dictionary));
        } catch (BencodeException e) {
            throw new TrackerException(Reason.MALFORMED_REPLY, "malformed reply to an announce: " + e.getMessage());
        }
    }

    /**
     * Reads the answer to a scrape.
     *
     * @throws TrackerException as {@link #readAnnounce}
     */
    static ScrapeResponse readScrape(byte[] reply) throws TrackerException {
        try {
            BencodeDictionary files = dictionary(reply).dictionary("files").orElse(BencodeDictionary.of(Map.of()));
            Map<InfoHash, ScrapeResponse.Counts> swarms = new LinkedHashMap<>();
            for (int i = 0; i < files.size(); i++) {
                BencodeString key = files.keys().get(i);
                if (key.length() == InfoHash.LENGTH) {
                    BencodeDictionary counts = files.values().get(i).asDictionary();
                    swarms.put(InfoHash.of(key.bytes()), new ScrapeResponse.Counts(Math.max(0, count(counts, "complete")),
                        Math.max(0, count(counts, "downloaded")), Math.max(0, count(counts, "incomplete")), text(counts.get("name"))));
                }
            }
            return new ScrapeResponse(swarms);
        } catch (BencodeException e) {
            throw new TrackerException(Reason.MALFORMED_REPLY, "malformed reply to a scrape: " + e.getMessage());
        }
    }

    /**
     * The peers of a compact string, those with port 0 left out; up to {@link #MAX_PEERS} in the
     * list.
     */
    static void readCompact(ByteBuffer bytes, boolean ipv4, List<AnnouncedPeer> peers) {
        byte[] address = new byte[ipv4 ? 4 : 16];
        while (bytes.remaining() >= address.length + 2 && peers.size() < MAX_PEERS) {
            bytes.get(address);
            int port = bytes.getShort() & 0xffff;
            if (port != 0) {
                peers.add(new AnnouncedPeer(PeerAddress.of(address, port), null));
            }
        }
    }

    private static BencodeDictionary dictionary(byte[] reply) throws BencodeException, TrackerException {
        BencodeReader reader = new BencodeReader(reply, 0, reply.length, LIMITS, LENIENCIES);
        BencodeDictionary dictionary = reader.next().asDictionary();
        reader.finish();
        BencodeValue failure = dictionary.get("failure reason");
        if (failure != null) {
            throw new TrackerException(Reason.REFUSED, text(failure));
        }
        return dictionary;
    }

    private static byte[] compact(List<AnnouncedPeer> peers, boolean ipv4) {
        ByteBuffer out = ByteBuffer.allocate(peers.size() * (ipv4 ? 6 : 18));
        for (AnnouncedPeer peer : peers) {
            PeerAddress address = peer.address();
            if (ipv4 && address.isIpv4()) {
                out.putInt((int) address.low()).putShort((short) address.port());
            } else if (!ipv4 && !address.isIpv4()) {
                out.putLong(address.high()).putLong(address.low()).putShort((short) address.port());
            }
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /** Without a regular expression: every peer runs this at its start. */
    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= MAX_DIGITS;
    }

    /** Some trackers send numbers as strings. */
    private static long wholeNumber(BencodeValue value, long otherwise) {
        if (value instanceof BencodeInteger number) {
            return number.value();
        }
        String text = value instanceof BencodeString string ? string.text() : "";
        return isNumber(text) ? Integer.parseInt(text) : otherwise;
    }

    /**
     * Trackers send a string or a list in any case. The original sends an empty list for no peers,
     * and some send an empty dictionary. A string with an incomplete entry at its end is read up to
     * this entry.
     */
    private static void readPeers(BencodeValue value, boolean ipv4, List<AnnouncedPeer> peers) throws BencodeException {
        if (value instanceof BencodeString string) {
            readCompact(string.buffer(), ipv4, peers);
        } else if (value instanceof BencodeList list) {
            for (BencodeValue element : list) {
                readPeer(element.asDictionary(), peers);
            }
        } else if (value != null && !(value instanceof BencodeDictionary none && none.size() == 0)) {
            throw new BencodeException(value.start(), "peers are neither a string nor a list");
        }
    }

    /**
     * BEP 3 allows a name as address. Such a peer is left out: a tracker must not cause look-ups.
     */
    private static void readPeer(BencodeDictionary peer, List<AnnouncedPeer> peers) throws BencodeException {
        long port = peer.integer("port").orElse(0);
        BencodeValue ip = peer.get("ip");
        BencodeValue id = peer.get("peer id");
        PeerAddress address = ip == null || port < 1 || port > 0xffff ? null : IpLiteral.parse(ip.asString().text(), (int) port);
        if (address != null && peers.size() < MAX_PEERS) {
            boolean hasId = id instanceof BencodeString string && string.length() == PeerId.LENGTH;
            peers.add(new AnnouncedPeer(address, hasId ? PeerId.read(((BencodeString) id).buffer()) : null));
        }
    }

    private static int count(BencodeDictionary dictionary, String key) {
        boolean known = dictionary.get(key) instanceof BencodeInteger number && number.value() >= 0;
        return known ? (int) Math.min(Integer.MAX_VALUE, ((BencodeInteger) dictionary.get(key)).value()) : AnnounceResponse.UNKNOWN;
    }

    /** A tracker id above the limit is not stored. */
    private static String trackerId(BencodeDictionary dictionary) {
        String id = dictionary.get("tracker id") instanceof BencodeString string ? string.text() : "";
        return id.length() > AnnounceRequest.MAX_TRACKER_ID_LENGTH ? "" : id;
    }

    /** An order above the limit counts as missing. */
    private static FleetAnswer fleet(BencodeDictionary dictionary) {
        BencodeValue order = dictionary.get("order");
        BencodeValue every = dictionary.get("report every");
        if (order == null && every == null) {
            return FleetAnswer.NONE;
        }
        boolean hasOrder = order instanceof BencodeString string && string.length() <= FleetAnswer.MAX_ORDER_LENGTH
            + SwarmKey.ENCRYPTION_LENGTH;
        return new FleetAnswer(hasOrder ? ((BencodeString) order).bytes() : null,
            (int) Math.max(0, Math.min(MAX_REPORT_EVERY_MS, wholeNumber(every, 0))));
    }

    private static String text(BencodeValue value) {
        String text = value == null ? "" : value instanceof BencodeString string ? string.text() : value.toString();
        return Text.printable(text, MAX_TEXT_LENGTH);
    }
}
