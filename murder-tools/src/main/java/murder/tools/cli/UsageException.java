package murder.tools.cli;

/**
 * The command line is wrong: exit status 2. The message is one line that names the word and its
 * fault.
 */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
