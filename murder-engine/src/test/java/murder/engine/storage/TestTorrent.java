package murder.engine.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import murder.bencode.BencodeWriter;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.metainfo.PieceLayout;

/** A torrent made by hand, with its payload in memory. */
final class TestTorrent {
    private record Item(String path, byte[] bytes, String attr, String symlinkTarget) {}

    private final int pieceLength;
    private final List<Item> items = new ArrayList<>();
    private boolean single;
    private boolean sha256;

    TestTorrent(int pieceLength) {
        this.pieceLength = pieceLength;
    }

    static TestTorrent single(int pieceLength, byte[] bytes) {
        TestTorrent torrent = new TestTorrent(pieceLength).file("build.tgz", bytes);
        torrent.single = true;
        return torrent;
    }

    /** Has a SHA-256 of each piece, and wrong SHA-1s, which must not count. */
    TestTorrent sha256() {
        sha256 = true;
        return this;
    }

    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    TestTorrent file(String path, byte[] bytes) {
        items.add(new Item(path, bytes, null, null));
        return this;
    }

    TestTorrent file(String path, int length) {
        return file(path, random(length, path.hashCode()));
    }

    TestTorrent executable(String path, int length) {
        items.add(new Item(path, random(length, path.hashCode()), "x", null));
        return this;
    }

    TestTorrent pad(int length) {
        items.add(new Item(".pad/" + length, new byte[length], "p", null));
        return this;
    }

    TestTorrent symlink(String path, String target) {
        items.add(new Item(path, new byte[0], "l", target));
        return this;
    }

    byte[] payload() {
        ByteBuffer all = ByteBuffer.allocate(items.stream().mapToInt(item -> item.bytes.length).sum());
        items.forEach(item -> all.put(item.bytes));
        return all.array();
    }

    ByteBuffer block(int piece, int block) {
        PieceLayout layout = metainfo().layout();
        return block(payload(), layout, piece, block);
    }

    static ByteBuffer block(byte[] payload, PieceLayout layout, int piece, int block) {
        int at = (int) layout.offset(piece) + block * PieceLayout.BLOCK_LENGTH;
        return ByteBuffer.wrap(payload, at, layout.blockLength(piece, block)).slice();
    }

    Metainfo metainfo() {
        BencodeWriter out = new BencodeWriter().beginDictionary().key("info").beginDictionary();
        if (single) {
            out.key("length").integer(items.get(0).bytes.length);
            out.key("name").string(items.get(0).path);
        } else {
            out.key("files").beginList();
            items.forEach(item -> write(item, out));
            out.end().key("name").string("build");
        }
        out.key("piece length").integer(pieceLength).key("pieces").string(hashes("SHA-1", sha256 ? 1 : 0));
        if (sha256) {
            out.key("pieces sha256").string(hashes("SHA-256", 0));
        }
        out.end().end();
        try {
            return Metainfo.parse(out.toByteArray());
        } catch (MetainfoException e) {
            throw new AssertionError(e);
        }
    }

    private static void write(Item item, BencodeWriter out) {
        out.beginDictionary();
        if (item.attr != null) {
            out.key("attr").string(item.attr);
        }
        out.key("length").integer(item.bytes.length);
        list(out.key("path"), item.path);
        if (item.symlinkTarget != null) {
            list(out.key("symlink path"), item.symlinkTarget);
        }
        out.end();
    }

    private static void list(BencodeWriter out, String path) {
        out.beginList();
        for (String element : path.split("/")) {
            out.string(element);
        }
        out.end();
    }

    /** @param damage is added to each hash */
    private byte[] hashes(String algorithm, int damage) {
        byte[] payload = payload();
        PieceLayout layout = new PieceLayout(payload.length, pieceLength);
        ByteBuffer hashes;
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            hashes = ByteBuffer.allocate(layout.pieceCount() * digest.getDigestLength());
            for (int piece = 0; piece < layout.pieceCount(); piece++) {
                digest.update(payload, (int) layout.offset(piece), layout.length(piece));
                byte[] hash = digest.digest();
                hash[0] = (byte) (hash[0] + damage);
                hashes.put(hash);
            }
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
        return hashes.array();
    }

    /** Puts the finished files into a directory, as their owner has them: no pads. */
    void writeFiles(Path directory) throws IOException {
        for (Item item : items) {
            Path path = single ? directory : directory.resolve(item.path);
            if (item.symlinkTarget == null && !"p".equals(item.attr)) {
                Files.createDirectories(path.getParent());
                Files.write(path, item.bytes);
            }
        }
    }

    /**
     * What a finished directory must look like: a path and a description of its content, as
     * {@link #tree} gives it.
     */
    Map<String, String> expectedTree() {
        Map<String, String> tree = new TreeMap<>();
        for (Item item : items) {
            if (item.symlinkTarget != null) {
                Path link = Path.of(item.path);
                Path from = link.getParent() == null ? Path.of("") : link.getParent();
                tree.put(item.path, "-> " + from.relativize(Path.of(item.symlinkTarget)));
            } else if (!"p".equals(item.attr)) {
                tree.put(item.path, describe(item.bytes, "x".equals(item.attr)));
            }
        }
        return tree;
    }

    /** Every file and link below a directory. */
    static Map<String, String> tree(Path directory) {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                String name = directory.relativize(path).toString();
                if (Files.isSymbolicLink(path)) {
                    tree.put(name, "-> " + Files.readSymbolicLink(path));
                } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    boolean executable = Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE);
                    tree.put(name, describe(Files.readAllBytes(path), executable));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tree;
    }

    private static String describe(byte[] bytes, boolean executable) {
        try {
            byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(bytes);
            return bytes.length + " bytes" + (executable ? ", executable, " : ", ") + java.util.HexFormat.of().formatHex(sha1, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
