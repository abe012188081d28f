package murder.tools.cli;

import java.io.PrintStream;
import java.time.Duration;
import murder.tools.cli.HostReport.Member;

/**
 * Shows the progress of long work. A terminal gets one line, which is redrawn. A file or pipe gets
 * a plain line every few seconds. A program gets a {@link HostReport} each second. Most updates are
 * dropped. For one thread.
 */
public final class ProgressLine {
    /** The form of the progress. */
    public enum Mode {
        /** Five times a second, in place. */
        TERMINAL(200),
        PLAIN(5000),
        /** For work of a few seconds on a terminal. */
        PLAIN_BRISK(1000),
        JSON(1000);

        private final long everyNs;

        Mode(long everyMs) {
            everyNs = everyMs * 1_000_000;
        }
    }

    private static final String BACK_TO_START = "\r";
    private static final String CLEAR_TO_END = "\u001b[K";

    private final PrintStream out;
    private final Mode mode;
    private boolean shown;
    private long nextNs;

    public ProgressLine(PrintStream out, Mode mode, long nowNs) {
        this.out = out;
        this.mode = mode;
        // Short work needs no line.
        this.nextNs = nowNs + mode.everyNs;
    }

    public static ProgressLine of(Context context, boolean json) {
        Mode mode = json ? Mode.JSON : context.terminal() ? Mode.TERMINAL : Mode.PLAIN;
        return new ProgressLine(context.rawOut(), mode, System.nanoTime());
    }

    /** Whether an update would be shown now. If not, the caller can skip collecting figures. */
    public boolean isDue(long nowNs) {
        return nowNs - nextNs >= 0;
    }

    public void update(Progress progress, long nowNs) {
        if (!isDue(nowNs)) {
            return;
        }
        nextNs = nowNs + mode.everyNs;
        switch (mode) {
            case TERMINAL -> {
                if (!Terminal.isOurs()) {
                    shown = false; // The drawn line belongs to other output now.
                    return;
                }
                out.print(BACK_TO_START + progress.text() + CLEAR_TO_END);
                out.flush();
                shown = true;
            }
            case PLAIN, PLAIN_BRISK -> {
                out.println(progress.text());
                out.flush();
            }
            case JSON -> {
                out.println(progress.report());
                out.flush();
            }
            default -> throw new IllegalStateException("mode " + mode);
        }
    }

    /** Removes the line from the terminal, so that other text can follow. */
    public void clear() {
        if (shown) {
            out.print(BACK_TO_START + CLEAR_TO_END);
            out.flush();
            shown = false;
        }
    }

    /**
     * The progress of some work.
     *
     * @param what the work, such as {@code downloading}
     * @param done bytes
     * @param total bytes, 0 while unknown
     * @param bytesPerSecond now
     * @param peers connected, or -1 for work without peers
     * @param trouble for example a tracker that does not answer; empty for none
     */
    public record Progress(String what, long done, long total, long bytesPerSecond, int peers, String trouble) {
        /** Work of this host alone. */
        public Progress(String what, long done, long total, long bytesPerSecond) {
            this(what, done, total, bytesPerSecond, -1, "");
        }

        String text() {
            StringBuilder text = new StringBuilder(what);
            if (total > 0) {
                text.append("  ").append(Quantities.percent(done, total)).append(" %  ").append(Quantities.bytes(done)).append(" of ")
                    .append(Quantities.bytes(total));
            }
            if (total > 0 || bytesPerSecond > 0) {
                text.append("  ").append(Quantities.rate(bytesPerSecond));
            }
            if (peers >= 0) {
                text.append("  ").append(peers).append(peers == 1 ? " peer" : " peers");
            }
            Duration eta = eta();
            if (eta != null) {
                text.append("  ETA ").append(Quantities.time(eta));
            }
            if (!trouble.isEmpty()) {
                text.append("  (").append(Printable.of(trouble)).append(')');
            }
            return text.toString();
        }

        HostReport report() {
            HostReport report = HostReport.progress(what).with(Member.PERCENT, total == 0 ? 0.0 : Quantities.percent(done, total))
                .with(Member.DONE, done).with(Member.LENGTH, total).with(Member.BYTES_PER_SECOND, bytesPerSecond);
            if (peers >= 0) {
                report = report.with(Member.PEERS, peers);
            }
            if (!trouble.isEmpty()) {
                report = report.with(Member.TROUBLE, trouble);
            }
            Duration eta = eta();
            return eta == null ? report : report.with(Member.ETA_S, eta.toMillis() / 1000.0);
        }

        /** The remaining time at this rate, or null if unknown. */
        private Duration eta() {
            long left = total - done;
            return bytesPerSecond <= 0 || left <= 0 ? null : Duration.ofMillis((long) (1000.0 * left / bytesPerSecond));
        }
    }
}
