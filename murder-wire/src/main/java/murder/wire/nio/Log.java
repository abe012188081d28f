package murder.wire.nio;

/**
 * Creates the package's logger at the first message, because the JDK's logging takes 10 ms to
 * start.
 */
final class Log {
    static final System.Logger LOG = System.getLogger(SelectorLoop.class.getName());

    private Log() {
    }
}
