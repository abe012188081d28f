package murder.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import murder.disk.Forcing;

/**
 * The serial of the last accepted release at a destination, in a file of one line beside it. After
 * a crash of the machine the file has the old or the new number. One process at a time.
 */
public final class LastSerial {
    /** There was no release yet. */
    public static final long NONE = -1;

    private static final String WORDS = "murder serial ";
    private static final int MAX_BYTES = 100;

    private final Path file;

    private LastSerial(Path file) {
        this.file = file;
    }

    /**
     * {@return the serial of a destination, in {@code .NAME.serial} beside it}
     *
     * @param destination a file or directory that need not exist
     */
    public static LastSerial of(Path destination) {
        Path absolute = destination.toAbsolutePath().normalize();
        Path name = absolute.getFileName();
        return new LastSerial(absolute.resolveSibling("." + (name == null ? "root" : name) + ".serial"));
    }

    /**
     * {@return the last serial, or {@link #NONE}}
     *
     * @throws IOException if the file cannot be read or is invalid; then the last release is
     *     unknown
     */
    public long read() throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            bytes = in.readNBytes(MAX_BYTES);
        } catch (NoSuchFileException e) {
            return NONE;
        }
        // Every peer of a fleet does this at its start, so without the JDK's regular expressions.
        String line = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!line.startsWith(WORDS) || !line.endsWith("\n")) {
            throw wrong(null);
        }
        try {
            long serial = Long.parseLong(line.substring(WORDS.length(), line.length() - 1));
            if (serial >= 0) {
                return serial;
            }
        } catch (NumberFormatException e) {
            throw wrong(e);
        }
        throw wrong(null);
    }

    private IOException wrong(Throwable cause) {
        return new IOException(file + " does not say which serial was the last; remove it to take a release with any", cause);
    }

    /**
     * Stores a serial, unless it is stored already. After the return it survives a crash of the
     * machine.
     *
     * @param serial 0 or more
     * @throws IOException if it cannot be written
     */
    public void write(long serial) throws IOException {
        if (serial < 0) {
            throw new IllegalArgumentException("negative serial " + serial);
        }
        if (read() == serial) {
            return;
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        // A leftover of a crash may be a link of an attacker.
        Files.deleteIfExists(fresh);
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer line = ByteBuffer.wrap((WORDS + serial + "\n").getBytes(StandardCharsets.US_ASCII));
            while (line.hasRemaining()) {
                out.write(line);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Forcing.force(file.getParent());
    }
}
