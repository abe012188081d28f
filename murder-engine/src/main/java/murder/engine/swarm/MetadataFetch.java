package murder.engine.swarm;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.ExtensionHandshake;
import murder.wire.MetadataMessage;
import murder.wire.Outbound;
import murder.wire.WireException;

/**
 * Fetches the {@code info} dictionary of a torrent from peers, by its info-hash (BEP 9). It
 * requests the whole dictionary from a few peers at a time. The first dictionary with the right
 * hash ends the search. Pure and driven as {@link Swarm} is.
 */
public final class MetadataFetch {
    /**
     * Longest {@code info} dictionary that is fetched, in bytes: 200,000 pieces and as many files.
     */
    public static final int MAX_LENGTH = 16 << 20;
    /** Peers that are asked at once. Their bytes are kept until the hash is known. */
    private static final int MAX_ASKED = 3;
    private static final int MAX_CONNECTIONS = 20;
    /** Like in a swarm, half of the places are for peers that this side dials. */
    private static final int MAX_INCOMING = MAX_CONNECTIONS / 2;
    /** Requests under way to one peer. */
    private static final int PIPELINE = 4;
    private static final long SILENCE_NS = 5_000_000_000L;
    /**
     * The time limit of a part while others wait for their turn: 32 KiB/s. A slow trickle must not
     * block them.
     */
    private static final long PART_NS = 500_000_000L;
    /**
     * A peer with a short dictionary waits at most this long for its turn: all of them together may
     * send no more than one long dictionary.
     */
    private static final long WAIT_NS = 10_000_000_000L;
    private static final int SHORT = MAX_LENGTH / MAX_CONNECTIONS;

    private final InfoHash infoHash;
    private final PeerId self;
    private final PeerSelection selection;
    /** The peers that sent a dictionary with another hash. */
    private final Bans liars = new Bans();
    private final Suspects suspects;
    private final List<Source> sources = new ArrayList<>();
    private final Orders<MetadataDriver> orders = new Orders<>();
    private final Set<PeerAddress> known = new LinkedHashSet<>();
    private final int maxKnown;
    private boolean found;
    private int seenBans;
    private boolean isAnyBanned;

    /** One peer that may have the dictionary. */
    public final class Source implements ExtensionReceiver {
        private final PeerConnection.Peer peer;
        private final Outbound out;
        private final long connectedNs;
        private int metadataId;
        private byte[][] parts;
        private boolean isShort;
        private long toldNs;
        private int asked;
        private int received;
        private long askedNs;
        private long lastNs;
        private boolean useless;

        private Source(long nowNs, PeerConnection.Peer peer, Outbound out) {
            this.peer = peer;
            this.out = out;
            this.connectedNs = nowNs;
            this.lastNs = nowNs;
        }

        /** An extension message of the peer. Its other messages have no effect yet. */
        @Override
        public void onExtended(long nowNs, int extendedId, ByteBuffer payload) throws WireException {
            if (extendedId == ExtensionHandshake.ID) {
                ExtensionHandshake told = ExtensionHandshake.read(payload);
                metadataId = told.id(ExtensionHandshake.UT_METADATA);
                int length = told.metadataSize();
                if (metadataId == 0 || length == 0 || length > MAX_LENGTH) {
                    useless = true;
                } else if (parts == null) {
                    parts = new byte[MetadataMessage.pieceCount(length)][];
                    isShort = length <= SHORT;
                    toldNs = nowNs;
                }
            } else if (extendedId == Extensions.METADATA_ID && parts != null) {
                onMessage(nowNs, MetadataMessage.read(payload));
            }
        }

        private void onMessage(long nowNs, MetadataMessage message) {
            if (message.kind() == MetadataMessage.Kind.REJECT) {
                useless = true;
            } else if (message.kind() == MetadataMessage.Kind.DATA && message.piece() < asked && parts[message.piece()] == null) {
                byte[] bytes = new byte[message.data().remaining()];
                message.data().get(bytes);
                parts[message.piece()] = bytes;
                lastNs = nowNs;
                if (++received == parts.length) {
                    finish(this);
                }
            }
        }

        private boolean isAsked() {
            return asked > 0 && !useless;
        }

        private boolean isWaiting() {
            return parts != null && asked == 0 && !useless;
        }

        private boolean isDue(long nowNs) {
            return isShort && nowNs - toldNs >= WAIT_NS;
        }

        private boolean isSlow(long nowNs) {
            return isAsked() && slowNs() <= nowNs;
        }

        private long slowNs() {
            return askedNs + SILENCE_NS + received * PART_NS;
        }

        private void ask() {
            while (asked < parts.length && asked - received < PIPELINE) {
                out.extended(metadataId, MetadataMessage.request(asked++).toPayload());
            }
        }
    }

    /**
     * @param random source of all random numbers here
     * @param bans shared with the swarms of the engine
     */
    public MetadataFetch(SwarmConfig config, InfoHash infoHash, PeerId self, RandomGenerator random, Bans bans) {
        this.suspects = new Suspects(bans, liars);
        this.infoHash = infoHash;
        this.self = self;
        this.selection = new PeerSelection(config.withDialled(Math.min(config.maxDialled(), MAX_CONNECTIONS)), random);
        this.maxKnown = config.candidates();
    }

    public void onCandidate(PeerAddress address) {
        selection.add(address);
        if (known.size() < maxKnown && DialRule.isPeer(address)) {
            known.add(address);
        }
    }

    /**
     * @param tried false if this host could not dial, because it had no descriptor; then the
     *     address is not at fault
     */
    public void onDialFailed(long nowNs, PeerAddress address, boolean tried) {
        selection.onDialFailed(nowNs, address, tried);
    }

    /** As {@link Swarm#admit}. */
    public Refusal admit(long nowNs, PeerConnection.Peer peer) {
        Refusal refusal = null;
        if (peer.peerId().equals(self)) {
            refusal = Refusal.SELF;
        } else if (suspects.isBanned(peer.address(), peer.peerId())) {
            refusal = Refusal.BANNED;
        } else if (!peer.extensions()) {
            refusal = Refusal.USELESS;
        } else if (sources.stream().anyMatch(source -> Admission.isSamePeer(source.peer.address(), source.peer.peerId(), peer))) {
            refusal = Refusal.ALREADY_CONNECTED;
        } else if (sources.size() >= MAX_CONNECTIONS && !makeRoom(nowNs, peer)) {
            refusal = Refusal.SWARM_FULL;
        }
        if (refusal != null && !peer.incoming()) {
            selection.onDialFailed(nowNs, peer.address());
        }
        return refusal;
    }

    /**
     * Closes the incoming connection that delivered the least, and among equals the oldest. An
     * incoming peer displaces only idle ones.
     */
    private boolean makeRoom(long nowNs, PeerConnection.Peer newcomer) {
        Source least = null;
        for (Source source : sources) {
            if (source.peer.incoming() && (least == null || source.received < least.received) && isPlaceFor(nowNs, newcomer, source)) {
                least = source;
            }
        }
        if (least != null) {
            drop(nowNs, least, Refusal.DISPLACED);
        }
        return least != null;
    }

    private boolean isPlaceFor(long nowNs, PeerConnection.Peer newcomer, Source source) {
        if (!newcomer.incoming()) {
            return true;
        }
        long places = sources.stream().filter(other -> Admission.isSameHost(other.peer.address(), newcomer.address())).count();
        return source.received == 0 && nowNs - source.connectedNs >= Admission.TRIAL_NS
            && (places < Admission.PLACES_PER_ADDRESS || Admission.isSameHost(source.peer.address(), newcomer.address()));
    }

    private void drop(long nowNs, Source source, Refusal reason) {
        onDisconnected(nowNs, source);
        orders.add(driver -> driver.close(source, reason));
    }

    /** The number of used places that count against dialling. */
    private int taken() {
        int incoming = (int) sources.stream().filter(source -> source.peer.incoming()).count();
        return sources.size() - Math.max(0, incoming - MAX_INCOMING);
    }

    public Source onConnected(long nowNs, PeerConnection.Peer peer, Outbound out) {
        Source source = new Source(nowNs, peer, out);
        sources.add(source);
        if (!peer.incoming()) {
            selection.onConnected();
        }
        if (peer.fast()) {
            out.haveNone();
        }
        out.extended(ExtensionHandshake.ID, new ExtensionHandshake(
            new TreeMap<>(Map.of(ExtensionHandshake.UT_METADATA, Extensions.METADATA_ID)), 0, Extensions.CLIENT, false, 0, 0, null, 0)
            .toPayload());
        return source;
    }

    public void onDisconnected(long nowNs, Source source) {
        if (sources.remove(source) && !source.peer.incoming()) {
            selection.onDisconnected(nowNs, source.peer.address(), false, nowNs - source.connectedNs);
        }
    }

    /** As {@link Swarm#onTurn}. */
    public long onTurn(long nowNs) {
        if (found) {
            return Long.MAX_VALUE;
        }
        if (isAnyBanned || seenBans != suspects.additions()) {
            isAnyBanned = false;
            seenBans = suspects.additions();
            List.copyOf(sources).stream().filter(source -> suspects.isBanned(source.peer.address(), source.peer.peerId()))
                .forEach(source -> drop(nowNs, source, Refusal.BANNED));
        }
        long deadlineNs = Long.MAX_VALUE;
        int asked = (int) sources.stream().filter(Source::isAsked).count();
        boolean crowded = asked >= MAX_ASKED && sources.stream().anyMatch(source -> source.isWaiting() && !source.isDue(nowNs));
        for (Source source : List.copyOf(sources)) {
            long silentNs = source.lastNs + SILENCE_NS;
            boolean silent = silentNs <= nowNs && (source.isAsked() || source.parts == null);
            if (source.useless || silent || crowded && source.isSlow(nowNs)) {
                drop(nowNs, source, Refusal.USELESS);
                // The next peer in the queue is asked now.
                deadlineNs = nowNs;
            } else if (source.isAsked()) {
                source.ask();
                deadlineNs = Math.min(deadlineNs, crowded ? Math.min(silentNs, source.slowNs()) : silentNs);
            } else if (source.parts != null && (asked < MAX_ASKED || source.isDue(nowNs))) {
                asked++;
                source.askedNs = nowNs;
                source.lastNs = nowNs;
                source.ask();
                deadlineNs = Math.min(deadlineNs, nowNs + SILENCE_NS);
            } else if (source.parts == null) {
                deadlineNs = Math.min(deadlineNs, silentNs);
            } else if (source.isShort) {
                deadlineNs = Math.min(deadlineNs, source.toldNs + WAIT_NS);
            }
        }
        int taken = taken();
        PeerAddress address = selection.next(nowNs, taken, false, suspects);
        while (address != null) {
            dial(address);
            address = selection.next(nowNs, taken, false, suspects);
        }
        return Math.min(deadlineNs, selection.nextDeadlineNs(taken, false, suspects));
    }

    private void dial(PeerAddress address) {
        orders.add(driver -> driver.dial(address));
    }

    /** As {@link Swarm#carryOut}. */
    public void carryOut(MetadataDriver driver) {
        orders.carryOut(driver);
    }

    /** Addresses that arrived meanwhile, for the swarm that follows. */
    public Set<PeerAddress> known() {
        return known;
    }

    private void finish(Source source) {
        int length = 0;
        for (byte[] part : source.parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : source.parts) {
            all.put(part);
        }
        if (InfoHash.ofInfo(all.array()).equals(infoHash)) {
            if (!found) {
                orders.add(driver -> driver.found(all.array()));
            }
            found = true;
        } else {
            liars.condemn(source.peer.address(), source.peer.peerId());
            isAnyBanned = true;
        }
    }
}
