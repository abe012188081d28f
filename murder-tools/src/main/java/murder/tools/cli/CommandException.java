package murder.tools.cli;

/** A command failed. The message is one line: the failure, its place and the remedy. */
public final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    private CommandException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    public static CommandException failed(String message) {
        return new CommandException(ExitStatus.FAILED, message, null);
    }

    public static CommandException failed(String message, Throwable cause) {
        return new CommandException(ExitStatus.FAILED, message, cause);
    }

    public static CommandException timedOut(String message) {
        return new CommandException(ExitStatus.TIMED_OUT, message, null);
    }

    /** The data or the torrent is invalid. */
    public static CommandException invalid(String message, Throwable cause) {
        return new CommandException(ExitStatus.INVALID, message, cause);
    }

    /** The exit status of the process. */
    public int status() {
        return status;
    }
}
