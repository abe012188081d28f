package murder.engine;

/** Holds the package's loggers until there is something to say, since the JDK's logging takes 10 ms to start, which is for the payload. */
final class Log {
    static final System.Logger ENGINE = System.getLogger(Engine.class.getName());
    static final System.Logger TRANSFER = System.getLogger(Transfer.class.getName());
    static final System.Logger ANNOUNCER = System.getLogger(Announcer.class.getName());

    private Log() {
    }
}
