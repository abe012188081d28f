package murder.tools.cli;

/** The exit statuses that the command line promises. */
public final class ExitStatus {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    static final int TIMED_OUT = 3;
    /** The data or the torrent is invalid ({@code inspect}, {@code verify}). */
    static final int INVALID = 4;
    /** 128 + SIGTERM, as a shell reports it and as the JVM itself exits. */
    public static final int TERMINATED = 143;

    private ExitStatus() {
    }
}
