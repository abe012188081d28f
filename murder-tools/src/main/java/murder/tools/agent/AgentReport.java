package murder.tools.agent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import murder.engine.SlowCause;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.order.Content;
import murder.order.Patch;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;

/**
 * The report of an agent about one destination, as one line of JSON. The agent's report in
 * announces and at the tracker has one line for each reported release, at most {@link #MAX_BYTES}
 * in all. Lines that do not fit are left out. First come the releases of running deploys, then the
 * last release of each other destination, then other releases that are to be active; each in the
 * sequence of the order. Without a destination there is one line, which only names the agent.
 *
 * @param name of the agent
 * @param zone of the agent, or empty
 * @param serial of the newest order that the agent knows, -1 for none
 * @param target the destination, or empty
 * @param tag of the release, or empty
 * @param state of the release on this host
 * @param active tag of the release that is active at the destination, or empty
 * @param held tags of the releases that are staged or in their places
 * @param percent how far the state is, from 0 to 100
 * @param bytesPerSecond how fast the payload comes
 * @param slow what keeps the payload from coming faster; null if nothing comes
 * @param uploadedBytes of payload that this agent has sent in all
 * @param reason of a failure or delay, for people; or empty
 * @param cause of a failure, or null
 * @param content of the release, null while unknown; the makers report it first
 * @param spent the time of each phase
 * @param patch to the release that this agent made and that saves enough; or null
 * @param isPatched whether a patch made the release here
 * @param downloadedBytes of payload that this agent has received in all
 */
public record AgentReport(String name, String zone, long serial, String target, String tag, AgentState state, String active,
                          List<String> held, double percent, long bytesPerSecond, SlowCause slow, long uploadedBytes, String reason,
                          Cause cause, Content content, Spent spent, Patch patch, boolean isPatched, long downloadedBytes) {
    /** The limit for all lines of one agent. */
    public static final int MAX_BYTES = 1024;

    private static final int MAX_REASON = 300;
    /** The first byte of the zlib format. A line begins with a brace. */
    private static final byte MARK = 0x78;
    /** More than deflating can add. */
    private static final int SLACK = 64;
    /** The longest text that is read from a compressed report. */
    private static final int MAX_TEXT = 64 << 10;
    private static final int MIN_HELD = 64;

    /**
     * The time of each phase in seconds; 0 if it did not take place.
     *
     * @param start of the agent until it had joined
     * @param pack packing and hashing
     * @param waiting from the order with the content until the first byte came
     * @param fetch the payload
     * @param unpack what was fetched
     * @param activate renaming and linking
     */
    public record Spent(double start, double pack, double waiting, double fetch, double unpack, double activate) {
        /** No time at all. */
        public static final Spent NOTHING = new Spent(0, 0, 0, 0, 0, 0);
    }

    /** Checks the components. */
    public AgentReport {
        held = List.copyOf(held);
    }

    /** A report of an agent that has received nothing. */
    public AgentReport(String name, String zone, long serial, String target, String tag, AgentState state, String active,
                       List<String> held, double percent, long bytesPerSecond, SlowCause slow, long uploadedBytes, String reason,
                       Cause cause, Content content, Spent spent, Patch patch, boolean isPatched) {
        this(name, zone, serial, target, tag, state, active, held, percent, bytesPerSecond, slow, uploadedBytes, reason, cause, content,
            spent, patch, isPatched, 0);
    }

    /** A report of a release that does not come, or of which nobody knows what slows it. */
    public AgentReport(String name, String zone, long serial, String target, String tag, AgentState state, String active,
                       List<String> held, double percent, long bytesPerSecond, long uploadedBytes, String reason, Cause cause,
                       Content content, Spent spent, Patch patch, boolean isPatched) {
        this(name, zone, serial, target, tag, state, active, held, percent, bytesPerSecond, null, uploadedBytes, reason, cause, content,
            spent, patch, isPatched);
    }

    /** An agent that has no order yet. */
    static AgentReport joined(String name, String zone, long serial, double startSeconds) {
        return new AgentReport(name, zone, serial, "", "", AgentState.JOINED, "", List.of(), 0, 0, null, 0, "", null, null,
            new Spent(startSeconds, 0, 0, 0, 0, 0), null, false);
    }

    /**
     * {@return the same with other received bytes}
     *
     * @param bytes as {@link #downloadedBytes}
     */
    public AgentReport received(long bytes) {
        return new AgentReport(name, zone, serial, target, tag, state, active, held, percent, bytesPerSecond, slow, uploadedBytes, reason,
            cause, content, spent, patch, isPatched, bytes);
    }

    /** {@return the line} */
    public HostReport toLine() {
        HostReport line = HostReport.agent(name).with(Member.STATE, state.word());
        line = zone.isEmpty() ? line : line.with(Member.ZONE, zone);
        line = serial < 0 ? line : line.with(Member.SERIAL, serial);
        line = target.isEmpty() ? line : line.with(Member.TARGET, target);
        line = tag.isEmpty() ? line : line.with(Member.TAG, tag);
        line = active.isEmpty() ? line : line.with(Member.ACTIVE, active);
        line = held.isEmpty() ? line : line.with(Member.HELD, String.join("/", held));
        line = percent == 0 ? line : line.with(Member.PERCENT, percent);
        line = bytesPerSecond == 0 ? line : line.with(Member.BYTES_PER_SECOND, bytesPerSecond);
        line = slow == null ? line : line.with(Member.SLOW, slow.word());
        line = uploadedBytes == 0 ? line : line.with(Member.UPLOADED_BYTES, uploadedBytes);
        line = downloadedBytes == 0 ? line : line.with(Member.DOWNLOADED_BYTES, downloadedBytes);
        line = reason.isEmpty() ? line : line.with(Member.ERROR, cut(reason, MAX_REASON));
        line = cause == null ? line : line.with(Member.CAUSE, cause.word());
        line = content == null ? line : line.with(Member.INFO_HASH, content.infoHash().toString())
            .with(Member.INFO_SHA256, content.infoSha256().toString()).with(Member.LENGTH, content.length());
        line = patch == null ? line : line.with(Member.PATCH_FROM, patch.from())
            .with(Member.PATCH_HASH, patch.content().infoHash().toString())
            .with(Member.PATCH_SHA256, patch.content().infoSha256().toString()).with(Member.PATCH_BYTES, patch.content().length());
        line = isPatched ? line.with(Member.PATCHED, true) : line;
        line = time(line, Member.START_SECONDS, spent.start);
        line = time(line, Member.PACK_SECONDS, spent.pack);
        line = time(line, Member.WAIT_SECONDS, spent.waiting);
        line = time(line, Member.DOWNLOAD_SECONDS, spent.fetch);
        line = time(line, Member.UNPACK_SECONDS, spent.unpack);
        return time(line, Member.ACTIVATE_SECONDS, spent.activate);
    }

    private static HostReport time(HostReport line, Member member, double seconds) {
        return seconds == 0 ? line : line.with(member, seconds);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "...";
    }

    /**
     * Reads a line.
     *
     * @param line of a host
     * @return null if it is no report of an agent
     */
    public static AgentReport of(HostReport line) {
        AgentState state = AgentState.of(line.text(Member.STATE));
        if (line.type() != HostReport.Type.AGENT || state == null) {
            return null;
        }
        String held = line.text(Member.HELD);
        return new AgentReport(line.text(Member.NAME), line.text(Member.ZONE), line.whole(Member.SERIAL, -1), line.text(Member.TARGET),
            line.text(Member.TAG), state, line.text(Member.ACTIVE), held.isEmpty() ? List.of() : Arrays.asList(held.split("/")),
            line.decimal(Member.PERCENT, 0), line.whole(Member.BYTES_PER_SECOND, 0), SlowCause.ofWord(line.text(Member.SLOW)),
            line.whole(Member.UPLOADED_BYTES, 0), line.text(Member.ERROR), Cause.of(line.text(Member.CAUSE)),
            content(line, Member.INFO_HASH, Member.INFO_SHA256, Member.LENGTH),
            new Spent(line.decimal(Member.START_SECONDS, 0), line.decimal(Member.PACK_SECONDS, 0), line.decimal(Member.WAIT_SECONDS, 0),
                line.decimal(Member.DOWNLOAD_SECONDS, 0), line.decimal(Member.UNPACK_SECONDS, 0),
                line.decimal(Member.ACTIVATE_SECONDS, 0)),
            patch(line), line.is(Member.PATCHED), line.whole(Member.DOWNLOADED_BYTES, 0));
    }

    private static Patch patch(HostReport line) {
        Content content = content(line, Member.PATCH_HASH, Member.PATCH_SHA256, Member.PATCH_BYTES);
        try {
            return content == null ? null : new Patch(line.text(Member.PATCH_FROM), content);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Content content(HostReport line, Member hash, Member sha256, Member length) {
        try {
            return line.has(hash) && line.has(sha256) && line.has(length)
                ? new Content(InfoHash.parse(line.text(hash)), InfoSha256.parse(line.text(sha256)), line.whole(length, 0)) : null;
        } catch (IllegalArgumentException e) {
            return null; // A host may send anything: this counts as missing.
        }
    }

    /** Whether only figures differ. Such a change is not urgent. */
    static boolean isSameState(List<AgentReport> lines, List<AgentReport> before) {
        boolean same = lines.size() == before.size();
        for (int i = 0; same && i < lines.size(); i++) {
            AgentReport a = lines.get(i);
            AgentReport b = before.get(i);
            same = a.serial == b.serial && a.target.equals(b.target) && a.tag.equals(b.tag) && a.state == b.state
                && a.active.equals(b.active) && a.held.equals(b.held) && a.cause == b.cause && a.reason.equals(b.reason)
                && Objects.equals(a.patch, b.patch);
        }
        return same;
    }

    /**
     * The bytes of a whole report. If they are too many they are compressed, as {@link #MARK} shows;
     * if they are still too many, the last lines are left out.
     */
    static byte[] toBytes(List<AgentReport> lines) {
        StringBuilder text = new StringBuilder();
        for (AgentReport line : lines) {
            text.append(line.text());
        }
        byte[] plain = text.toString().getBytes(StandardCharsets.UTF_8);
        if (plain.length <= MAX_BYTES) {
            return plain;
        }
        byte[] compressed = compress(plain);
        return compressed.length <= MAX_BYTES ? compressed : fitting(lines);
    }

    /** Lines that are too long for the room get a shorter reason and list of held releases first. */
    private static byte[] fitting(List<AgentReport> lines) {
        String taken = "";
        byte[] fits = new byte[0];
        for (AgentReport each : lines) {
            String text = taken + each.text();
            byte[] next = compress(text.getBytes(StandardCharsets.UTF_8));
            for (AgentReport line = each.shorter(); next.length > MAX_BYTES; line = line.shorter()) {
                if (line == null) {
                    return fits;
                }
                text = taken + line.text();
                next = compress(text.getBytes(StandardCharsets.UTF_8));
            }
            taken = text;
            fits = next;
        }
        return fits;
    }

    /** The line with its end. */
    private String text() {
        return toLine() + "\n";
    }

    /** Null if there is nothing left to cut. */
    private AgentReport shorter() {
        if (reason.length() > MIN_HELD) {
            return with(held, cut(reason, reason.length() / 2));
        }
        return held.isEmpty() ? null : with(held.subList(0, held.size() / 2), reason);
    }

    private static byte[] compress(byte[] plain) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(plain);
            deflater.finish();
            byte[] bytes = new byte[plain.length + SLACK];
            return Arrays.copyOf(bytes, deflater.deflate(bytes));
        } finally {
            deflater.end();
        }
    }

    /** Cuts what is longer than any report of ours; damaged bytes become an empty text. */
    private static String text(byte[] report) {
        if (report.length == 0 || report[0] != MARK) {
            return new String(report, StandardCharsets.UTF_8);
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(report);
            byte[] bytes = new byte[MAX_TEXT];
            return new String(bytes, 0, inflater.inflate(bytes), StandardCharsets.UTF_8);
        } catch (DataFormatException e) {
            return ""; // A host may send anything.
        } finally {
            inflater.end();
        }
    }

    private AgentReport with(List<String> newHeld, String newReason) {
        return new AgentReport(name, zone, serial, target, tag, state, active, newHeld, percent, bytesPerSecond, slow, uploadedBytes,
            newReason, cause, content, spent, patch, isPatched, downloadedBytes);
    }

    /**
     * Reads the bytes that {@link #toBytes} makes. Skips lines that are no reports.
     *
     * @param report from the tracker
     * @return the lines
     */
    public static List<AgentReport> parse(byte[] report) {
        List<AgentReport> lines = new ArrayList<>();
        for (String line : text(report).split("\n")) {
            AgentReport each = of(HostReport.read(line));
            if (each != null) {
                lines.add(each);
            }
        }
        return lines;
    }
}
