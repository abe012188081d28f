package murder.tools.agent;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import murder.metainfo.FileEntry;
import murder.metainfo.Metainfo;
import murder.metainfo.PieceLayout;
import murder.tools.host.NewFile;

/**
 * Copies a payload file by file and hashes it meanwhile. It succeeds only if every piece is right.
 * A host that packs a tree and must hold it, too, needs no transfer.
 */
final class TreeCopy {
    private static final int BUFFER = 1 << 17;

    private final Metainfo metainfo;
    private final MessageDigest digest;
    private final byte[] buffer = new byte[BUFFER];
    private int piece;
    private int hashed;

    private TreeCopy(Metainfo metainfo) {
        this.metainfo = metainfo;
        this.digest = metainfo.newPieceDigest();
    }

    /**
     * Copies.
     *
     * @param from the file, or the directory that holds the files
     * @param to which does not exist yet
     * @throws IOException also if a piece is not right
     */
    static void copy(Metainfo metainfo, Path from, Path to) throws IOException {
        TreeCopy copy = new TreeCopy(metainfo);
        if (!metainfo.isSingleFile()) {
            Files.createDirectory(to);
        }
        List<FileEntry> files = metainfo.files();
        for (int i = 0; i < files.size(); i++) {
            copy.one(files.get(i), metainfo.pathOf(from, i), metainfo.pathOf(to, i));
        }
    }

    private void one(FileEntry entry, Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        if (entry.isSymlink()) {
            Files.createSymbolicLink(to, Files.readSymbolicLink(from));
            return;
        }
        if (entry.pad()) {
            hash(new byte[BUFFER], entry.length());
            return;
        }
        try (InputStream in = Files.newInputStream(from); OutputStream out = NewFile.createReadable(to, entry.executable())) {
            for (long left = entry.length(); left > 0;) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new EOFException(from + " became shorter since it was hashed");
                }
                out.write(buffer, 0, n);
                update(buffer, n, from);
                left -= n;
            }
        }
    }

    private void hash(byte[] zeros, long length) throws IOException {
        for (long left = length; left > 0; left -= zeros.length) {
            update(zeros, (int) Math.min(zeros.length, left), null);
        }
    }

    private void update(byte[] bytes, int count, Path file) throws IOException {
        PieceLayout layout = metainfo.layout();
        for (int at = 0; at < count;) {
            int part = Math.min(count - at, layout.length(piece) - hashed);
            digest.update(bytes, at, part);
            at += part;
            hashed += part;
            if (hashed == layout.length(piece)) {
                if (!metainfo.isPieceHash(piece, digest.digest())) {
                    throw new IOException((file == null ? "the payload" : file.toString()) + " has changed since it was hashed (piece "
                        + piece + ")");
                }
                piece++;
                hashed = 0;
            }
        }
    }
}
