package murder.engine.storage;

/** The package's logger. It is no constant, since the JDK's logging takes 10 ms to start, which is for the payload. */
final class Log {
    private Log() {
    }

    static System.Logger get() {
        return System.getLogger("murder.engine.storage");
    }
}
