package murder.tools;

/** The exit statuses that the command line promises. */
final class ExitStatus {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int TIMED_OUT = 3;
    /** The data or the torrent is invalid ({@code inspect}, {@code verify}). */
    static final int INVALID = 4;
    /** 128 + SIGTERM, as a shell reports it and as the JVM itself exits. */
    static final int TERMINATED = 143;

    private ExitStatus() {
    }
}
