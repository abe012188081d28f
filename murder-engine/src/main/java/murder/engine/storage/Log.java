package murder.engine.storage;

/** The package's logger, asked for when there is something to say: the JDK's logging takes 10 ms to start, and most peers are silent. */
final class Log {
    private Log() {
    }

    static System.Logger get() {
        return System.getLogger("murder.engine.storage");
    }
}
