package murder.engine.storage;

/**
 * Holds the package's logger until there is something to say, since the JDK's logging takes 10 ms
 * to start, which is for the payload.
 */
final class Log {
    static final System.Logger LOG = System.getLogger("murder.engine.storage");

    private Log() {
    }
}
