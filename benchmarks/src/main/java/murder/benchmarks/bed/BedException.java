package murder.benchmarks.bed;

/** The bed cannot be built, or a program in it does not do its part; the text says what to do. */
final class BedException extends Exception {
    private static final long serialVersionUID = 1L;

    BedException(String message) {
        super(message);
    }
}
