package murder.engine;

/**
 * Holds the package's loggers until there is something to say, since the JDK's logging takes 10 ms to
 * start, which is for the payload. Knows its users by name alone, so that they do not form a circle.
 */
final class Log {
    static final System.Logger ENGINE = logger("Engine");
    static final System.Logger TRANSFER = logger("Transfer");
    static final System.Logger CONTROL = logger("ControlSwarm");
    static final System.Logger ANNOUNCER = logger("Announcer");

    private Log() {
    }

    private static System.Logger logger(String name) {
        return System.getLogger(Log.class.getPackageName() + "." + name);
    }
}
