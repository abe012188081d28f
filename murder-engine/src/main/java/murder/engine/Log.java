package murder.engine;

/**
 * Creates the package's loggers at the first message, because the JDK's logging takes 10 ms to
 * start. It knows the classes only by name, which avoids a circular dependency.
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
