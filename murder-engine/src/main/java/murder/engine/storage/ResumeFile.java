package murder.engine.storage;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32;
import murder.metainfo.InfoSha256;
import murder.wire.Bitfield;

/**
 * The list of pieces on the disk. It stays correct after a kill at any moment.
 *
 * <pre>
 *   0  magic (8)   8 version (4)  12 piece count (4)  16 SHA-256 of info (32)  48 CRC-32 of the target's path (4)
 *  52  boot id (16)  68 fingerprint of finished files (8)  76 forced (1), zeros (15)  92 CRC-32 of bytes 0..91 (4)
 *  96  one byte per piece: 0 or 1
 * </pre>
 *
 * The file is made under another name, forced and renamed. Later only single bytes of pieces
 * change, each after the kernel has the piece's data. A killed process leaves both in the page
 * cache. A crash of the machine may lose one of them. So the bytes count only under the same boot,
 * or if the data was forced to disk before the file was written. Any thread.
 */
final class ResumeFile implements Closeable {
    /**
     * The identity that the file must match.
     *
     * @param target the directory or file that the pieces lie in
     */
    record Identity(InfoSha256 info, int pieceCount, Path target) {}

    /**
     * The content of a valid file.
     *
     * @param bootId the run of the kernel that at the time of writing; null if the system has none
     * @param forced whether all data was on the device before the file was written
     * @param fingerprint of the files that had their final names then
     */
    record Content(UUID bootId, boolean forced, long fingerprint, Bitfield have) {}

    private static final long MAGIC = 0x6d75726465722d52L; // "murder-R"
    private static final int VERSION = 2;
    private static final int CRC_AT = 92;
    private static final int HEADER_LENGTH = 96;

    private final Path path;
    private final Disk disk;
    private final Identity identity;
    private FileChannel channel;

    ResumeFile(Path path, Identity identity, Disk disk) {
        this.path = path.toAbsolutePath();
        this.identity = identity;
        this.disk = disk;
    }

    /** Returns null, and logs why, if there is no complete file of this torrent and target. */
    Content read() throws StorageException {
        byte[] bytes;
        try (FileChannel in = disk.descriptors().open(() -> FileChannel.open(path, StandardOpenOption.READ))) {
            if (in.size() != length()) {
                return ignored(in.size() + " bytes long, not " + length());
            }
            ByteBuffer all = ByteBuffer.allocate(length());
            while (all.hasRemaining() && in.read(all) >= 0) {
                // A regular file gives all it has within a few calls.
            }
            bytes = all.array();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw StorageException.reading(path, e);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getLong() != MAGIC || in.getInt() != VERSION) {
            return ignored("not a resume file of version " + VERSION);
        }
        if (in.getInt(CRC_AT) != crc(bytes, CRC_AT)) {
            return ignored("damaged");
        }
        int pieceCount = in.getInt();
        byte[] info = new byte[InfoSha256.LENGTH];
        in.get(info);
        if (pieceCount != identity.pieceCount || !InfoSha256.of(info).equals(identity.info) || in.getInt() != targetCrc()) {
            return ignored("of another torrent or target");
        }
        UUID bootId = new UUID(in.getLong(), in.getLong());
        long fingerprint = in.getLong();
        boolean forced = in.get() == 1;
        Bitfield have = new Bitfield(identity.pieceCount);
        for (int piece = 0; piece < identity.pieceCount; piece++) {
            byte state = bytes[HEADER_LENGTH + piece];
            if (state == 1) {
                have.set(piece);
            } else if (state != 0) {
                return ignored("damaged at piece " + piece);
            }
        }
        return new Content(bootId.equals(new UUID(0, 0)) ? null : bootId, forced, fingerprint, have);
    }

    private Content ignored(String reason) {
        Log.LOG.log(Level.INFO, "resume file {0} is ignored: {1}", path, reason);
        return null;
    }

    /** Replaces the file. After the return the new file survives a crash of the machine. */
    synchronized void write(Content content) throws StorageException {
        ByteBuffer out = ByteBuffer.allocate(length());
        out.putLong(MAGIC).putInt(VERSION).putInt(identity.pieceCount);
        out.put(identity.info.toBytes()).putInt(targetCrc());
        UUID bootId = content.bootId == null ? new UUID(0, 0) : content.bootId;
        out.putLong(bootId.getMostSignificantBits()).putLong(bootId.getLeastSignificantBits());
        out.putLong(content.fingerprint).put((byte) (content.forced ? 1 : 0));
        out.putInt(CRC_AT, crc(out.array(), CRC_AT));
        for (int piece = content.have.nextSet(0); piece >= 0; piece = content.have.nextSet(piece + 1)) {
            out.put(HEADER_LENGTH + piece, (byte) 1);
        }
        out.clear();
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try {
            close();
            Files.createDirectories(path.getParent());
            channel = FileChannel.open(fresh, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING, LinkOption.NOFOLLOW_LINKS));
            while (out.hasRemaining()) {
                channel.write(out);
            }
            channel.force(true);
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
            disk.forceDirectories(List.of(path.getParent()));
        } catch (IOException e) {
            throw StorageException.writing(path, e);
        }
    }

    /**
     * Records a piece after its bytes were written. Does nothing after {@link #close()} or
     * {@link #delete()}.
     */
    synchronized void mark(int piece) throws StorageException {
        if (channel != null) {
            try {
                channel.write(ByteBuffer.wrap(new byte[] {1}), HEADER_LENGTH + piece);
            } catch (IOException e) {
                throw StorageException.writing(path, e);
            }
        }
    }

    synchronized void delete() throws StorageException {
        try {
            close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw StorageException.writing(path, e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    private int length() {
        return Math.addExact(HEADER_LENGTH, identity.pieceCount);
    }

    private int targetCrc() {
        byte[] name = identity.target.toString().getBytes(StandardCharsets.UTF_8);
        return crc(name, name.length);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
