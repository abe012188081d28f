package murder.tools.cli;

import java.time.Duration;
import java.util.Map;
import murder.metainfo.InfoHash;
import murder.tools.cli.HostReport.Member;

/**
 * The content of a process file: the process and its state.
 *
 * @param role {@code tracker}, {@code seeder} or {@code peer}
 * @param tag the torrent's name; empty for a tracker
 * @param process its identity
 * @param startedEpochMs its start, for people
 * @param torrent the argument TORRENT, a file's absolute path or a magnet link; empty for a tracker
 * @param path of the payload; empty for a tracker
 * @param address that it binds, or {@code *} for all
 * @param port that it listens on, 0 before the bind
 * @param state its work, in lower case
 * @param percent of the payload that is verified
 * @param downloadBytesPerSecond now
 * @param uploadBytesPerSecond now
 * @param peers connected; for a tracker, peers in all its swarms
 * @param error the last trouble, such as a tracker that does not answer; empty if there is none
 * @param log the file that it logs to; empty for a process in the foreground
 * @param uploadedBytes payload that this process has sent to peers
 * @param infoHash of the torrent; empty for a tracker, and for processes that no deploy started
 * @param slow what keeps the download from being faster, as the word in reports; empty for a
 *     process that downloads nothing
 * @param trackerPort that an agent listens on as its fleet's tracker; 0 for none
 */
public record ProcessStatus(String role, String tag, ProcessIdentity process, long startedEpochMs, String torrent, String path,
                            String address, int port, String state, double percent, long downloadBytesPerSecond,
                            long uploadBytesPerSecond, int peers, String error, String log, long uploadedBytes, String infoHash,
                            String slow, int trackerPort) {
    /** This process, before it listens. */
    public static ProcessStatus starting(String role, String tag, String torrent, String path) {
        return new ProcessStatus(role, tag, ProcessIdentity.current(), System.currentTimeMillis(), torrent, path, "*", 0, "starting",
            0, 0, 0, 0, "", "", 0, "", "", 0);
    }

    public ProcessStatus listening(String newAddress, int newPort) {
        return new ProcessStatus(role, tag, process, startedEpochMs, torrent, path, newAddress, newPort, state, percent,
            downloadBytesPerSecond, uploadBytesPerSecond, peers, error, log, uploadedBytes, infoHash, slow, trackerPort);
    }

    public ProcessStatus tagged(String newTag) {
        return new ProcessStatus(role, newTag, process, startedEpochMs, torrent, path, address, port, state, percent,
            downloadBytesPerSecond, uploadBytesPerSecond, peers, error, log, uploadedBytes, infoHash, slow, trackerPort);
    }

    public ProcessStatus doing(String newState, double newPercent, long download, long upload, int newPeers, String newError) {
        return new ProcessStatus(role, tag, process, startedEpochMs, torrent, path, address, port, newState, newPercent, download, upload,
            newPeers, newError, log, uploadedBytes, infoHash, slow, trackerPort);
    }

    public ProcessStatus logging(String newLog) {
        return new ProcessStatus(role, tag, process, startedEpochMs, torrent, path, address, port, state, percent,
            downloadBytesPerSecond, uploadBytesPerSecond, peers, error, newLog, uploadedBytes, infoHash, slow, trackerPort);
    }

    public ProcessStatus of(InfoHash newInfoHash) {
        return new ProcessStatus(role, tag, process, startedEpochMs, torrent, path, address, port, state, percent,
            downloadBytesPerSecond, uploadBytesPerSecond, peers, error, log, uploadedBytes, newInfoHash.toString(), slow, trackerPort);
    }

    public ProcessStatus uploaded(long newUploadedBytes) {
        return new ProcessStatus(role, tag, process, startedEpochMs, torrent, path, address, port, state, percent,
            downloadBytesPerSecond, uploadBytesPerSecond, peers, error, log, newUploadedBytes, infoHash, slow, trackerPort);
    }

    /** @param newSlow empty for nothing */
    public ProcessStatus slow(String newSlow) {
        return new ProcessStatus(role, tag, process, startedEpochMs, torrent, path, address, port, state, percent,
            downloadBytesPerSecond, uploadBytesPerSecond, peers, error, log, uploadedBytes, infoHash, newSlow, trackerPort);
    }

    /** @param newPort that this process listens on as a tracker, beside the port for peers */
    public ProcessStatus tracking(int newPort) {
        return new ProcessStatus(role, tag, process, startedEpochMs, torrent, path, address, port, state, percent,
            downloadBytesPerSecond, uploadBytesPerSecond, peers, error, log, uploadedBytes, infoHash, slow, newPort);
    }

    public long pid() {
        return process.pid();
    }

    public Duration runningSince(long nowEpochMs) {
        return Duration.ofMillis(Math.max(0, nowEpochMs - startedEpochMs));
    }

    /** Whether a TAG matches: the torrent's name, with or without the ending of an archive. */
    public boolean isTagged(String wanted) {
        return tag.equals(wanted) || tag.equals(wanted + ".tgz") || tag.equals(wanted + ".tar") || tag.equals(wanted + ".tar.gz");
    }

    /** The content of the process file, and the line of {@code status}. */
    public HostReport report() {
        HostReport report = HostReport.process(role).with(Member.TAG, tag).with(Member.PID, pid()).with(Member.START, process.start())
            .with(Member.STARTED_MS, startedEpochMs).with(Member.STATE, state).with(Member.PERCENT, percent)
            .with(Member.DOWNLOAD_BYTES_PER_SECOND, downloadBytesPerSecond)
            .with(Member.UPLOAD_BYTES_PER_SECOND, uploadBytesPerSecond).with(Member.PEERS, peers).with(Member.ADDRESS, address)
            .with(Member.PORT, port).with(Member.TORRENT, torrent).with(Member.PATH, path).with(Member.ERROR, error)
            .with(Member.LOG, log).with(Member.UPLOADED_BYTES, uploadedBytes).with(Member.INFO_HASH, infoHash);
        report = slow.isEmpty() ? report : report.with(Member.SLOW, slow);
        return trackerPort == 0 ? report : report.with(Member.TRACKER_PORT, trackerPort);
    }

    /** @throws IllegalArgumentException if a member is missing or wrong */
    public static ProcessStatus parse(String json) {
        Map<String, String> members = FlatJson.parse(json);
        ProcessStatus status = new ProcessStatus(text(members, "role"), text(members, "tag"),
            new ProcessIdentity(Long.parseLong(text(members, "pid")), text(members, "start")),
            Long.parseLong(text(members, "started_ms")), text(members, "torrent"), text(members, "path"), text(members, "address"),
            Integer.parseInt(text(members, "port")), text(members, "state"), Double.parseDouble(text(members, "percent")),
            Long.parseLong(text(members, "download_bytes_per_second")), Long.parseLong(text(members, "upload_bytes_per_second")),
            Integer.parseInt(text(members, "peers")), text(members, "error"), members.getOrDefault("log", ""),
            Long.parseLong(members.getOrDefault("uploaded_bytes", "0")), members.getOrDefault("info_hash", ""),
            members.getOrDefault("slow", ""), Integer.parseInt(members.getOrDefault("tracker_port", "0")));
        status.report(); // This class cannot have written such numbers.
        return status;
    }

    private static String text(Map<String, String> members, String name) {
        String value = members.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no member " + name);
        }
        return value;
    }
}
