package murder.tools.cli;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The log of a long-running process. At its limit the file is copied to {@code NAME.1.log} and
 * emptied. Older copies move to {@code NAME.2.log} and so on. The file is not renamed, because the
 * descriptor of standard error, to which the JVM itself may write, appends to it.
 */
public final class RotatingLog extends OutputStream {
    private final File file;
    private final long maxBytes;
    private final int files;
    private final FileOutputStream out;

    /**
     * @param file whose name ends in {@code .log}; need not exist
     * @param maxBytes the limit; one write may exceed it
     * @param files the limit of files, with this one
     */
    public RotatingLog(File file, long maxBytes, int files) {
        this.file = file;
        this.maxBytes = maxBytes;
        this.files = files;
        try {
            this.out = new FileOutputStream(file, true);
        } catch (IOException e) {
            throw new IllegalStateException("the launcher has just opened " + file, e);
        }
    }

    @Override
    public synchronized void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (out.getChannel().size() >= maxBytes) {
            rotate();
        }
        out.write(bytes, offset, length);
    }

    private void rotate() throws IOException {
        for (int i = files - 1; i > 1; i--) {
            Path younger = numbered(i - 1);
            if (Files.exists(younger)) {
                Files.move(younger, numbered(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (files > 1) {
            Files.copy(file.toPath(), numbered(1), StandardCopyOption.REPLACE_EXISTING);
        }
        try (RandomAccessFile whole = new RandomAccessFile(file, "rw")) {
            whole.setLength(0);
        }
    }

    private Path numbered(int number) {
        String name = file.getName();
        return file.toPath().resolveSibling(name.substring(0, name.length() - StateFolder.LOG_SUFFIX.length()) + "." + number
            + StateFolder.LOG_SUFFIX);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
