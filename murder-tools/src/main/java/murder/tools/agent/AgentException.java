package murder.tools.agent;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import murder.tools.cli.CommandException;
import murder.tools.cli.Failures;

/** Work for a release failed. */
final class AgentException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The messages of the system for a full disk or quota. */
    private static final String[] FULL = {"No space left on device", "no space left", "Disk quota exceeded", "Not enough space"};

    private final Cause cause;

    AgentException(Cause cause, String message, Throwable why) {
        super(message, why);
        this.cause = cause;
    }

    Cause kind() {
        return cause;
    }

    /** @param usual the cause if the failure itself does not show it */
    static AgentException of(Exception e, Cause usual) {
        if (e instanceof AgentException known) {
            return known;
        }
        String text = e instanceof IOException io ? Failures.describe(io) : e instanceof CommandException ? e.getMessage() : e.toString();
        return new AgentException(kind(e, text, usual), text, e);
    }

    private static Cause kind(Throwable e, String text, Cause usual) {
        for (String full : FULL) {
            if (text.contains(full)) {
                return Cause.SPACE;
            }
        }
        for (Throwable each = e; each != null; each = each.getCause()) {
            boolean isReadOnly = each instanceof FileSystemException system && system.getReason() != null
                && system.getReason().contains("Read-only file system");
            if (each instanceof AccessDeniedException || isReadOnly) {
                return Cause.PERMISSION;
            }
        }
        return usual;
    }
}
