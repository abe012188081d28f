package murder.tools.cli;

import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * One line that a host prints for the program that called it: {@code fleet}, Capistrano or a
 * script. This class writes all of them and reads them back. A report is a flat JSON object; it
 * begins with its {@code type}. {@link Member} lists all members with their units.
 *
 * <pre>
 *   type       printed by               members
 *   progress   all that takes seconds   progress percent done length bytes_per_second peers [trouble] [eta_s]
 *   process    status                   role tag pid started_ms state percent peers uploaded_bytes info_hash ...
 *   check      host check               check ok detail
 *   removed    host clean               path
 *   send       distribute_files         none: the host asks for what comes on its standard input
 *   data       host torrent             base64: some bytes of the torrent, in order
 *   agent      agent --attach           name zone serial target tag state ...: see {@code murder.tools.agent.AgentReport}
 *   order      agent --attach           serial base64: the newest signed order that the agent knows
 *   release    agent --releases         target tag state info_hash length: what the host holds
 *   result     every command, last      result ok [error], and by command:
 *                host pack              tag archive torrent info_hash bytes pieces piece_length files seconds
 *                host torrent           info_hash bytes
 *                host start-tracker     started url address port pid log
 *                host start-seeding     started tag info_hash bytes address port pid log
 *                host peer              tag path info_hash bytes seconds download_seconds unpack_seconds
 *                                       downloaded_bytes uploaded_bytes wasted_bytes peers port pid seed_for_s log [warning]
 *                                       or already tag path info_hash bytes seconds
 *                peer                   name path info_hash bytes seconds downloaded_bytes uploaded_bytes wasted_bytes
 *                                       hash_failed_bytes peers port pid seed_for_s
 *                host clean             removed running
 *                host check             failed
 *                agent, first           joined name pid port tracker_port log [already]
 *                agent --releases       none further
 *                status                 processes
 *                distribute_files       already
 * </pre>
 *
 * Reading never fails. A line that is no report, such as a login banner, becomes a report of type
 * {@link Type#TEXT}. A report is also found behind text without a line end. Unknown members, and
 * members with a value of another kind, are left out. Immutable. Written for a quick start of
 * {@code peer}: no {@code EnumMap}, which uses reflection.
 */
public final class HostReport {
    /** The type of a line. */
    public enum Type {
        /** How far the work is. */
        PROGRESS("progress"),
        /** One murder process of the host. */
        PROCESS("process"),
        /** One check. */
        CHECK("check"),
        /** One file that was removed. */
        REMOVED("removed"),
        /** The host waits for its input. */
        SEND("send"),
        /** Bytes of a file. In lines, text that a login shell prints cannot get into them. */
        DATA("data"),
        /** The report of an agent on one destination. */
        AGENT("agent"),
        /** The newest order of a fleet. */
        ORDER("order"),
        /** A release that the host holds. */
        RELEASE("release"),
        /** How the command ended. */
        RESULT("result"),
        /**
         * No report: text of the host's shell, of Java, or the error line of a command. Never
         * written as JSON.
         */
        TEXT("");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        private static Type of(String word) {
            for (Type type : values()) {
                if (type != TEXT && type.word.equals(word)) {
                    return type;
                }
            }
            return TEXT;
        }
    }

    /** All members of reports, in the order of writing. */
    public enum Member {
        /** The present work of the host, for example {@code downloading}. */
        PROGRESS("progress", MemberKind.TEXT),
        /** The subject of the check, for example {@code java} or {@code port}. */
        CHECK("check", MemberKind.TEXT),
        /** {@code tracker}, {@code seeder} or {@code peer}. */
        ROLE("role", MemberKind.TEXT),
        /**
         * The result in one word, for example {@code complete}, {@code failed} or {@code timeout}.
         */
        RESULT("result", MemberKind.TEXT),
        /** Whether it succeeded. */
        OK("ok", MemberKind.FLAG),
        /** The reason of a failure, in one line. */
        ERROR("error", MemberKind.TEXT),
        /** Whether this call started the process; false if one ran before. */
        STARTED("started", MemberKind.FLAG),
        /** Whether the jar, or the release, existed already. */
        ALREADY("already", MemberKind.FLAG),
        /** The finding of a check. */
        DETAIL("detail", MemberKind.TEXT),
        /** The number of failed checks. */
        FAILED("failed", MemberKind.WHOLE),
        /** The number of removed files. */
        REMOVED("removed", MemberKind.WHOLE),
        /** The number of running processes of the tag. */
        RUNNING("running", MemberKind.WHOLE),
        /** The number of murder processes on the host. */
        PROCESSES("processes", MemberKind.WHOLE),
        /** The name of the torrent. */
        NAME("name", MemberKind.TEXT),
        /** The name of the release; of a process that no deploy started, the torrent's name. */
        TAG("tag", MemberKind.TEXT),
        /** Of the process. */
        PID("pid", MemberKind.WHOLE),
        /** When the process started, in ms since 1970. */
        START("start", MemberKind.TEXT),
        STARTED_MS("started_ms", MemberKind.WHOLE),
        /** The state of the process, for example {@code seeding}. */
        STATE("state", MemberKind.TEXT),
        /** The progress, from 0 to 100. */
        PERCENT("percent", MemberKind.PERCENT),
        /** Finished bytes. */
        DONE("done", MemberKind.WHOLE),
        /** All bytes; 0 while unknown. */
        LENGTH("length", MemberKind.WHOLE),
        /** Rate of the work now. */
        BYTES_PER_SECOND("bytes_per_second", MemberKind.WHOLE),
        /** Rate of the download now. */
        DOWNLOAD_BYTES_PER_SECOND("download_bytes_per_second", MemberKind.WHOLE),
        /** Rate of the upload now. */
        UPLOAD_BYTES_PER_SECOND("upload_bytes_per_second", MemberKind.WHOLE),
        /** Connected peers; of a tracker, the peers of all its swarms. */
        PEERS("peers", MemberKind.WHOLE),
        /** The hindrance of the work, for example a tracker that does not answer. */
        TROUBLE("trouble", MemberKind.TEXT),
        /** Seconds until the end of the work, at the present rate. */
        ETA_S("eta_s", MemberKind.DECIMAL),
        /** The archive's path; empty for {@code archive=tree}. */
        ARCHIVE("archive", MemberKind.TEXT),
        /** The torrent's path, or a magnet link. */
        TORRENT("torrent", MemberKind.TEXT),
        /** The path of the payload or the release; for {@code removed} the file. */
        PATH("path", MemberKind.TEXT),
        /** The torrent's info-hash in hex. */
        INFO_HASH("info_hash", MemberKind.TEXT),
        /** Length of the payload. */
        BYTES("bytes", MemberKind.WHOLE),
        /** The number of pieces. */
        PIECES("pieces", MemberKind.WHOLE),
        /** Bytes of one piece. */
        PIECE_LENGTH("piece_length", MemberKind.WHOLE),
        /** The number of files of the torrent. */
        FILES("files", MemberKind.WHOLE),
        /** The time of the whole command. */
        SECONDS("seconds", MemberKind.DECIMAL),
        /** The time from the start until the payload was complete. */
        DOWNLOAD_SECONDS("download_seconds", MemberKind.DECIMAL),
        /** The time of unpacking and renaming. */
        UNPACK_SECONDS("unpack_seconds", MemberKind.DECIMAL),
        /** Payload that came from peers. */
        DOWNLOADED_BYTES("downloaded_bytes", MemberKind.WHOLE),
        /** Payload that went to peers. */
        UPLOADED_BYTES("uploaded_bytes", MemberKind.WHOLE),
        /** Payload that arrived twice, or was not requested. */
        WASTED_BYTES("wasted_bytes", MemberKind.WHOLE),
        /** Payload that had the wrong hash. */
        HASH_FAILED_BYTES("hash_failed_bytes", MemberKind.WHOLE),
        /** The tracker's announce URL. */
        URL("url", MemberKind.TEXT),
        /** The address that is bound; {@code *} for all. */
        ADDRESS("address", MemberKind.TEXT),
        /** The port that is bound. */
        PORT("port", MemberKind.WHOLE),
        /** The time that the peer still seeds; -1 for "until it is stopped". */
        SEED_FOR_S("seed_for_s", MemberKind.DECIMAL_OR_NONE),
        /** The log file of the background process. */
        LOG("log", MemberKind.TEXT),
        /** A partial failure, for example an old release that could not be deleted. */
        WARNING("warning", MemberKind.TEXT),
        /** Bytes of a file or of an order. */
        BASE64("base64", MemberKind.TEXT),
        /** The rack or site of an agent. */
        ZONE("zone", MemberKind.TEXT),
        /** The serial of the newest order that an agent knows. */
        SERIAL("serial", MemberKind.WHOLE),
        /** The destination that an agent reports on. */
        TARGET("target", MemberKind.TEXT),
        /** The tag of the release that is active at the destination. */
        ACTIVE("active", MemberKind.TEXT),
        /** Tags of all releases that the host holds there, separated by slashes. */
        HELD("held", MemberKind.TEXT),
        /**
         * The cause that limits a download, as one word for programs, for example
         * {@code disk_slow}.
         */
        SLOW("slow", MemberKind.TEXT),
        /** The cause of a failure, as one word for programs. */
        CAUSE("cause", MemberKind.TEXT),
        /** SHA-256 of the torrent's info dictionary, in hex. */
        INFO_SHA256("info_sha256", MemberKind.TEXT),
        /** The port of the tracker that an agent serves. */
        TRACKER_PORT("tracker_port", MemberKind.WHOLE),
        /** From the start of the agent until it had joined. */
        START_SECONDS("start_seconds", MemberKind.DECIMAL),
        /** The time of packing and hashing. */
        PACK_SECONDS("pack_seconds", MemberKind.DECIMAL),
        /** From the order until the first byte of the payload came. */
        WAIT_SECONDS("wait_seconds", MemberKind.DECIMAL),
        /** The time of renaming and linking. */
        ACTIVATE_SECONDS("activate_seconds", MemberKind.DECIMAL),
        /** The hash of the manifest from which a patch leads. */
        PATCH_FROM("patch_from", MemberKind.TEXT),
        /** Info-hash of a patch. */
        PATCH_HASH("patch_hash", MemberKind.TEXT),
        /** SHA-256 of a patch's info dictionary. */
        PATCH_SHA256("patch_sha256", MemberKind.TEXT),
        /** Length of a patch. */
        PATCH_BYTES("patch_bytes", MemberKind.WHOLE),
        /** Whether the release was made by a patch. */
        PATCHED("patched", MemberKind.FLAG);

        private static final Member[] ALL = values();

        private final String word;
        private final MemberKind kind;

        Member(String word, MemberKind kind) {
            this.word = word;
            this.kind = kind;
        }

        /** The member's name in the JSON object. */
        public String word() {
            return word;
        }
    }

    /**
     * How every report begins. JSON escapes quotes inside strings, so no text in a report looks
     * like this.
     */
    private static final String BEGIN = "{\"type\":";

    private static final Object[] NO_VALUES = new Object[Member.ALL.length];

    private final Type type;
    /** By {@link Member#ordinal()}: a String, Boolean, Long or Double as the kind says, or null. */
    private final Object[] values;
    /** The line itself if it is no report, else empty. */
    private final String line;

    private HostReport(Type type, Object[] values, String line) {
        this.type = type;
        this.values = values;
        this.line = line;
    }

    private static HostReport of(Type type) {
        return new HostReport(type, NO_VALUES, "");
    }

    /** @param doing for example {@code downloading} */
    public static HostReport progress(String doing) {
        return of(Type.PROGRESS).with(Member.PROGRESS, doing);
    }

    /** @param role {@code tracker}, {@code seeder} or {@code peer} */
    public static HostReport process(String role) {
        return of(Type.PROCESS).with(Member.ROLE, role);
    }

    public static HostReport check(String what, boolean ok, String detail) {
        return of(Type.CHECK).with(Member.CHECK, what).with(Member.OK, ok).with(Member.DETAIL, detail);
    }

    public static HostReport removed(String path) {
        return of(Type.REMOVED).with(Member.PATH, path);
    }

    /** Some bytes of a file. */
    public static HostReport data(byte[] bytes, int from, int to) {
        return of(Type.DATA).with(Member.BASE64, Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, from, to)));
    }

    /** The report of an agent on one destination. */
    public static HostReport agent(String name) {
        return of(Type.AGENT).with(Member.NAME, name);
    }

    /** The newest order. */
    public static HostReport order(long serial, byte[] signedOrder) {
        return of(Type.ORDER).with(Member.SERIAL, serial).with(Member.BASE64, Base64.getEncoder().encodeToString(signedOrder));
    }

    /** A release that the host holds. */
    public static HostReport release(String target, String tag) {
        return of(Type.RELEASE).with(Member.TARGET, target).with(Member.TAG, tag);
    }

    /** A success. */
    public static HostReport result(String result) {
        return of(Type.RESULT).with(Member.RESULT, result).with(Member.OK, true);
    }

    public static HostReport failure(String result, String error) {
        return of(Type.RESULT).with(Member.RESULT, result).with(Member.OK, false).with(Member.ERROR, error);
    }

    /** A line that is no report. */
    public static HostReport ofText(String line) {
        return new HostReport(Type.TEXT, NO_VALUES, line);
    }

    public HostReport with(Member member, String value) {
        return withValue(member, value);
    }

    public HostReport with(Member member, boolean value) {
        return withValue(member, value);
    }

    /** Larger numbers than the member can hold become its greatest one. */
    public HostReport with(Member member, long value) {
        return withValue(member, (long) member.kind.bounded(member.word, value));
    }

    /**
     * Rounds to three decimals. Larger numbers than the member can hold become its greatest one.
     */
    public HostReport with(Member member, double value) {
        return withValue(member, MemberKind.rounded(member.kind.bounded(member.word, value)));
    }

    private HostReport withValue(Member member, Object value) {
        member.kind.check(member.word, value);
        Object[] copy = values.clone();
        copy[member.ordinal()] = value;
        return new HostReport(type, copy, line);
    }

    /** Reads any line that a host printed. */
    public static HostReport read(String line) {
        String text = line.stripTrailing();
        int begin = text.lastIndexOf(BEGIN);
        if (begin < 0) {
            return ofText(text);
        }
        Map<String, String> members;
        try {
            members = FlatJson.parse(text.substring(begin));
        } catch (IllegalArgumentException e) {
            return ofText(text); // Truncated, or not a report. As text it may still have the reason.
        }
        Type type = Type.of(members.get("type"));
        if (type == Type.TEXT) {
            return ofText(text);
        }
        Object[] values = new Object[Member.ALL.length];
        for (int i = 0; i < values.length; i++) {
            String value = members.get(Member.ALL[i].word);
            values[i] = value == null ? null : Member.ALL[i].kind.parse(value);
        }
        return new HostReport(type, values, "");
    }

    public Type type() {
        return type;
    }

    public boolean has(Member member) {
        return values[member.ordinal()] != null;
    }

    /** The text of a member, or an empty one if it is missing. */
    public String text(Member member) {
        Object value = values[member.ordinal()];
        return value == null ? "" : value.toString();
    }

    /** Whether this member is present and true. */
    public boolean is(Member member) {
        return Boolean.TRUE.equals(values[member.ordinal()]);
    }

    /** Whether this member is present and false. */
    public boolean isNot(Member member) {
        return Boolean.FALSE.equals(values[member.ordinal()]);
    }

    /** A whole number, or the other one if it is missing. */
    public long whole(Member member, long otherwise) {
        return values[member.ordinal()] instanceof Long number ? number : otherwise;
    }

    /** A number, or the other one if it is missing. */
    public double decimal(Member member, double otherwise) {
        return values[member.ordinal()] instanceof Number number ? number.doubleValue() : otherwise;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostReport that && type == that.type && line.equals(that.line) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * type.word.hashCode() + 31 * line.hashCode() + Arrays.hashCode(values);
    }

    /** The line, without its end. */
    @Override
    public String toString() {
        if (type == Type.TEXT) {
            return line;
        }
        Json json = new Json().put("type", type.word);
        for (int i = 0; i < values.length; i++) {
            String name = Member.ALL[i].word;
            if (values[i] instanceof String text) {
                json.put(name, text);
            } else if (values[i] instanceof Boolean flag) {
                json.put(name, flag);
            } else if (values[i] instanceof Long number) {
                json.put(name, number);
            } else if (values[i] instanceof Double number) {
                json.put(name, number);
            }
        }
        return json.toString();
    }
}
