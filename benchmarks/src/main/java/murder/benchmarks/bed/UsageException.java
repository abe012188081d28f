package murder.benchmarks.bed;

/** A command line that means nothing; the text says why. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
