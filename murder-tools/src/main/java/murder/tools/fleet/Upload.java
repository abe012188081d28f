package murder.tools.fleet;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import murder.hash.Sha256;
import murder.tools.cli.CommandException;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.UsageException;
import murder.tools.host.Packing;
import murder.tools.host.SourceTar;

/**
 * A payload on this machine that is copied to the seeders before they pack it ({@code source=}). It
 * uses rsync if both sides have it, else a tar over the same ssh. The copy is in a folder of murder
 * in the home directory of the seeder. The newest uploads to one destination stay, so that rsync
 * sends only changes.
 *
 * <pre>
 *   murder-uploads/GROUP/KEY/files        GROUP follows from the destination, KEY from the tag
 * </pre>
 *
 * @param path of the payload, absolute
 * @param isFile whether it is a single file
 * @param group folder for uploads to one destination
 * @param key folder of this one
 * @param byRsync whether this machine has rsync
 */
record Upload(Path path, boolean isFile, String group, String key, boolean byRsync) {
    /** The answer of a host that wants rsync. */
    static final String RSYNC = "rsync";
    private static final String FOLDER = "murder-uploads/";
    private static final String FILES = "/files";
    private static final int KEY_BYTES = 8;
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{16}");
    private static final long REPORT_NS = 1_000_000_000L;
    /**
     * The program that rsync runs instead of ssh. Its first argument is a host, which it ignores.
     */
    private static final String SHELL = "sh -c 'shift; eval \"exec $MURDER_SSH \\\"\\$@\\\"\"' sh";

    /** @param searchPath the variable PATH, to look for rsync */
    static Upload of(String source, boolean isFile, String destination, String tag, String searchPath) throws UsageException {
        FleetConfig.folder("source", source);
        boolean byRsync = false;
        for (String folder : searchPath.split(File.pathSeparator)) {
            byRsync |= !folder.isEmpty() && Files.isExecutable(Path.of(folder, RSYNC));
        }
        return new Upload(Path.of(source).toAbsolutePath().normalize(), isFile, hash(destination), hash(tag), byRsync);
    }

    private static String hash(String text) {
        return HexFormat.of().formatHex(Sha256.newDigest().digest(text.getBytes(StandardCharsets.UTF_8)), 0, KEY_BYTES);
    }

    /** @throws CommandException if it is missing or of the wrong kind */
    void check() throws CommandException {
        if (!Files.exists(path)) {
            throw CommandException.failed("source " + path + " is not there; it names a directory of this machine");
        }
        if (isFile != Files.isRegularFile(path)) {
            throw CommandException.failed("source " + path + (isFile ? " is no file; leave out path_is_file"
                : " is no directory; path_is_file=1 sends a single file"));
        }
    }

    /** Its path on the seeder, below the home directory. */
    String filesPath() {
        return folder(key) + (isFile ? "/" + path.getFileName() : "");
    }

    private String folder(String of) {
        return FOLDER + group + "/" + of + FILES;
    }

    /**
     * {@return the command that copies it, for rsync.sh}
     *
     * @param before key of a similar upload on the host; empty for none
     */
    List<String> rsync(String before) {
        List<String> command = new ArrayList<>(List.of(RSYNC, "--recursive", "--links", "--perms", "--times", "--delete",
            "--rsh=" + SHELL));
        // Builds may give all files the same time, so time and size are not enough.
        command.add("--checksum");
        Packing.EXCLUDED.forEach(prefix -> command.add("--exclude=" + prefix + "*"));
        if (KEY.matcher(before).matches()) {
            // Relative to the folder that receives it.
            command.add("--link-dest=../../" + before + FILES);
        }
        command.addAll(List.of("--", path + (isFile ? "" : "/"), "murder:" + folder(key) + "/"));
        return command;
    }

    /** Sends it as a tar. */
    void writeTo(OutputStream out, Consumer<HostReport> reports) throws CommandException, IOException {
        long[] last = {System.nanoTime(), 0};
        SourceTar.write(path, isFile, out, sent -> {
            long nowNs = System.nanoTime();
            if (nowNs - last[0] >= REPORT_NS) {
                long rate = (long) ((sent - last[1]) / ((nowNs - last[0]) / 1e9));
                last[0] = nowNs;
                last[1] = sent;
                reports.accept(HostReport.progress("uploading").with(Member.DONE, sent).with(Member.BYTES_PER_SECOND, rate));
            }
        });
    }
}
