package murder.tools;

/**
 * The commands that leave a process in the background. This class recognises them before the
 * command line is parsed.
 */
enum BackgroundCommand {
    PEER("peer", null, "peer", false),
    HOST_PEER("host", "peer", "peer", true),
    START_TRACKER("host", "start-tracker", "tracker", false),
    START_SEEDING("host", "start-seeding", "seeder", false);

    private static final BackgroundCommand[] ALL = values();

    private final String word;
    private final String task;
    private final String role;
    private final boolean readsInput;

    /** @param task the second word; null if there is none */
    BackgroundCommand(String word, String task, String role, boolean readsInput) {
        this.word = word;
        this.task = task;
        this.role = role;
        this.readsInput = readsInput;
    }

    /** The command that these words begin with; null if it leaves nothing in the background. */
    static BackgroundCommand of(String[] args) {
        for (BackgroundCommand command : ALL) {
            if (args.length > 0 && args[0].equals(command.word)
                && (command.task == null || args.length > 1 && args[1].equals(command.task))) {
                return command;
            }
        }
        return null;
    }

    /** As the user types it. */
    String words() {
        return task == null ? word : word.concat(" ").concat(task);
    }

    /** The role of the process in its process file. */
    String role() {
        return role;
    }

    /** Whether it reads its standard input to the end. */
    boolean readsInput() {
        return readsInput;
    }
}
