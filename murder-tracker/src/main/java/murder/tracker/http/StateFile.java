package murder.tracker.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import murder.bencode.BencodeDictionary;
import murder.bencode.BencodeException;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeString;
import murder.bencode.BencodeValue;
import murder.bencode.BencodeWriter;
import murder.bencode.Limits;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnouncedPeer;
import murder.tracker.SwarmSnapshot;

/**
 * The file that keeps a tracker's swarms over a restart. After a power cut it holds either the old
 * state or the new one: a new file is written beside it, forced and renamed. Only its owner may
 * read it. A bencoded dictionary; the peers of a swarm are one string, each of them
 *
 * <pre>
 *   20 bytes peer id | 16 address, as IPv6 | 2 port | 1 complete | 1 length of key | key | 1 length of zone | zone
 * </pre>
 */
final class StateFile {
    private static final System.Logger LOG = System.getLogger(StateFile.class.getName());
    private static final int VERSION = 2;
    /**
     * A full default table takes some 9 MB, or 85 MB with the longest keys and zones of three bytes
     * a character.
     */
    private static final int MAX_LENGTH = 128 << 20;
    /** One peer without key and zone. */
    private static final int LEAST_PEER = PeerId.LENGTH + 21;
    /** The longest text, in bytes: its length is one byte. */
    private static final int MAX_TEXT = 255;
    private static final Limits LIMITS = new Limits(MAX_LENGTH, 8, 1_000_000);

    private final Path file;
    private byte[] written;

    StateFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * Reads the saved state; empty without a file. A broken file is renamed to
     * {@code FILE.corrupt}, with a warning. Then the tracker starts empty: its peers announce again
     * within one interval.
     *
     * @throws IOException if the file can be neither read nor renamed
     */
    List<SwarmSnapshot> load() throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_LENGTH + 1);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        try {
            return decode(bytes);
        } catch (BencodeException e) {
            Path aside = file.resolveSibling(file.getFileName() + ".corrupt");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.log(System.Logger.Level.WARNING, "the tracker starts empty, since its state file is broken: {0}; it is kept as {1}",
                e.getMessage(), aside);
            return List.of();
        }
    }

    /** Writes the state if it has changed. */
    void save(List<SwarmSnapshot> swarms) throws IOException {
        byte[] bytes = encode(swarms);
        if (Arrays.equals(bytes, written)) {
            return;
        }
        Path beside = file.resolveSibling(file.getFileName() + ".tmp");
        // A leftover of an earlier tracker, or a link of an attacker who wants to overwrite another
        // file.
        Files.deleteIfExists(beside);
        try (FileChannel out = FileChannel.open(beside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), forOwner())) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            out.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        written = bytes;
    }

    /** The keys of peers are secrets. */
    private FileAttribute<?>[] forOwner() {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
            : new FileAttribute<?>[0];
    }

    static byte[] encode(List<SwarmSnapshot> swarms) {
        BencodeWriter out = new BencodeWriter().beginDictionary().key("swarms").beginList();
        for (SwarmSnapshot swarm : swarms) {
            out.beginDictionary().key("downloaded").integer(swarm.downloaded());
            out.key("info_hash").string(swarm.infoHash().toBytes());
            out.key("peers").string(encodePeers(swarm.peers())).end();
        }
        return out.end().key("version").integer(VERSION).end().toByteArray();
    }

    static List<SwarmSnapshot> decode(byte[] bytes) throws BencodeException {
        BencodeDictionary root = BencodeReader.read(bytes, LIMITS).asDictionary();
        long version = root.integer("version").orElse(0);
        if (version != VERSION) {
            throw new BencodeException(root.start(), "version " + version + " where " + VERSION + " was expected");
        }
        List<SwarmSnapshot> swarms = new ArrayList<>();
        for (BencodeValue value : require(root.get("swarms"), "swarms").asList()) {
            BencodeDictionary swarm = value.asDictionary();
            BencodeString hash = require(swarm.get("info_hash"), "info_hash").asString();
            long downloaded = swarm.integer("downloaded").orElse(0);
            if (hash.length() != InfoHash.LENGTH || downloaded < 0 || downloaded > Integer.MAX_VALUE) {
                throw new BencodeException(swarm.start(), "info_hash of " + hash.length() + " bytes, downloaded " + downloaded + " times");
            }
            BencodeString peers = require(swarm.get("peers"), "peers").asString();
            swarms.add(new SwarmSnapshot(InfoHash.of(hash.bytes()), (int) downloaded, decodePeers(peers)));
        }
        return swarms;
    }

    private static byte[] encodePeers(List<SwarmSnapshot.Peer> peers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(peers.size() * LEAST_PEER);
        ByteBuffer one = ByteBuffer.allocate(LEAST_PEER + 2 * MAX_TEXT);
        for (SwarmSnapshot.Peer peer : peers) {
            PeerAddress address = peer.announced().address();
            peer.announced().peerId().write(one.clear());
            one.putLong(address.high()).putLong(address.low()).putShort((short) address.port());
            one.put((byte) (peer.complete() ? 1 : 0));
            putText(one, peer.key());
            putText(one, peer.zone());
            out.write(one.array(), 0, one.position());
        }
        return out.toByteArray();
    }

    private static void putText(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.put((byte) bytes.length).put(bytes);
    }

    private static List<SwarmSnapshot.Peer> decodePeers(BencodeString peers) throws BencodeException {
        List<SwarmSnapshot.Peer> decoded = new ArrayList<>();
        ByteBuffer in = peers.buffer();
        while (in.hasRemaining()) {
            if (in.remaining() < LEAST_PEER) {
                throw new BencodeException(peers.start(), "the last peer is cut short");
            }
            PeerId id = PeerId.read(in);
            PeerAddress address = new PeerAddress(in.getLong(), in.getLong(), in.getShort() & 0xffff);
            boolean complete = in.get() != 0;
            String key = getText(in, AnnounceRequest.MAX_KEY_LENGTH, peers.start());
            String zone = getText(in, AnnounceRequest.MAX_ZONE_LENGTH, peers.start());
            decoded.add(new SwarmSnapshot.Peer(new AnnouncedPeer(address, id), key, complete, zone));
        }
        return decoded;
    }

    private static String getText(ByteBuffer in, int maxLength, int start) throws BencodeException {
        if (!in.hasRemaining() || (in.get(in.position()) & 0xff) >= in.remaining()) {
            throw new BencodeException(start, "the last peer is cut short");
        }
        byte[] bytes = new byte[in.get() & 0xff];
        in.get(bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.length() > maxLength) {
            throw new BencodeException(start, "a text of " + text.length() + " characters where " + maxLength + " are allowed");
        }
        return text;
    }

    private static BencodeValue require(BencodeValue value, String key) throws BencodeException {
        if (value == null) {
            throw new BencodeException(0, key + " is missing");
        }
        return value;
    }
}
