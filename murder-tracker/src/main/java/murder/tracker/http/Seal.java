package murder.tracker.http;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceRequest;
import murder.tracker.IpLiteral;
import murder.tracker.SealTimes;
import murder.tracker.SwarmOptions;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;
import murder.trust.SwarmKey;

/**
 * The last parameters of an announce in a closed swarm. They prove that a member made it:
 *
 * <pre>
 *   &amp;from=ADDRESS         where the connection to the tracker begins
 *   &amp;time=MILLISECONDS    since 1970; each announce of a process has a later one
 *   &amp;seal=64 HEX DIGITS   HMAC-SHA256(key, "announce" | all that stands before this parameter)
 * </pre>
 *
 * <p>So nobody else can make, change or repeat an announce. Even a tracker that has just restarted
 * refuses a copy from another address.
 */
final class Seal {
    private static final String USE = "announce";
    /** The purpose of a request that only reads. */
    private static final String READ = "board";
    private static final String PARAMETER = "&seal=";
    private static final int DIGITS = 2 * SwarmKey.CODE_LENGTH;

    private Seal() {}

    /** Makes seals for all announces of a process. Any thread. */
    static class Maker {
        private final AtomicLong last = new AtomicLong();

        /** The clock of this host. */
        long epochMs() {
            return System.currentTimeMillis();
        }

        /** @param from this end of the connection to the tracker */
        String seal(SwarmKey key, String query, InetAddress from) {
            return seal(USE, key, query, from);
        }

        /**
         * Seals a request that only reads.
         *
         * @param from this end of the connection to the tracker
         */
        String sealReader(SwarmKey key, String query, InetAddress from) {
            return seal(READ, key, query, from);
        }

        private String seal(String use, SwarmKey key, String query, InetAddress from) {
            long now = epochMs();
            // Later than the last one, unless the clock was set back so far that the tracker
            // refused the last one.
            long time = last.updateAndGet(before -> before - now > SealTimes.TOLERANCE_MS ? now : Math.max(now, before + 1));
            String text = query + "&from=" + IpLiteral.format(PeerAddress.of(from.getAddress(), 0)) + "&time=" + time;
            return text + PARAMETER + HexFormat.of().formatHex(key.code(use, Text.latin1(text)));
        }
    }

    /** Refuses announces of others than members. Any thread. */
    static final class Check {
        /** Replaced as a whole. */
        private volatile List<SwarmKey> keys;
        private final SwarmOptions options;
        private final LongSupplier epochMs;
        /** Guarded by itself. */
        private final SealTimes times;

        /** @param keys of valid seals */
        Check(List<SwarmKey> keys, SwarmOptions options, LongSupplier epochMs) {
            this.keys = keys;
            this.options = options;
            this.epochMs = epochMs;
            this.times = new SealTimes(2 * options.maxPeers());
        }

        /** From now on exactly the seals of these keys are valid. */
        void useKeys(List<SwarmKey> newKeys) {
            keys = newKeys;
        }

        /**
         * @param raw all parameters as they came
         * @param source where the announce came from
         * @return the peer's address: the one that it names, or the source
         * @throws TrackerException with {@link Reason#NOT_A_MEMBER}
         */
        PeerAddress source(String raw, Query query, AnnounceRequest request, PeerAddress source) throws TrackerException {
            requireSeal(USE, raw);
            requireFrom(query, request.ip(), source);
            long time = time(query.get("time"));
            synchronized (times) {
                times.accept(request, time, epochMs.getAsLong());
            }
            return request.ip() == null ? source : request.ip().withPort(source.port());
        }

        /**
         * Permits a member to read. A copy of such a request gets the same answer, but only members
         * can decrypt it.
         *
         * @return the key of the member
         * @throws TrackerException with {@link Reason#NOT_A_MEMBER}
         */
        SwarmKey requireReader(String raw, Query query, PeerAddress source) throws TrackerException {
            SwarmKey key = requireSeal(READ, raw);
            requireFrom(query, null, source);
            SealTimes.requireClose(time(query.get("time")), epochMs.getAsLong());
            return key;
        }

        private void requireFrom(Query query, PeerAddress announced, PeerAddress source) throws TrackerException {
            PeerAddress from = IpLiteral.parse(query.get("from"), source.port());
            boolean isFromThere = source.withPort(0).equals(from == null ? null : from.withPort(0))
                || announced != null && source.withPort(0).equals(announced.withPort(0));
            if (!isFromThere && !options.isTrusted(source.withPort(0))) {
                throw refused("this request was made by " + query.get("from") + " and came from another address; if that is a gateway, "
                    + "the tracker needs --trust-ip for it");
            }
        }

        private SwarmKey requireSeal(String use, String raw) throws TrackerException {
            int at = raw == null ? -1 : raw.lastIndexOf(PARAMETER);
            String digits = at < 0 ? "" : raw.substring(at + PARAMETER.length());
            if (digits.length() != DIGITS || !digits.chars().allMatch(HexFormat::isHexDigit)) {
                throw refused("the swarms of this tracker are closed, and the announce has no seal; name their key by --swarm-key");
            }
            byte[] code = HexFormat.of().parseHex(digits);
            byte[] text = Text.latin1(raw.substring(0, at));
            for (SwarmKey key : keys) {
                if (key.isCode(code, use, text)) {
                    return key;
                }
            }
            throw refused("the swarms of this tracker are closed, and the announce was sealed with another key or changed under way");
        }

        private static long time(String digits) throws TrackerException {
            if (digits.isEmpty() || digits.length() > 15 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw refused("the announce does not say when it was made");
            }
            return Long.parseLong(digits);
        }

        private static TrackerException refused(String why) {
            return new TrackerException(Reason.NOT_A_MEMBER, why);
        }
    }
}
