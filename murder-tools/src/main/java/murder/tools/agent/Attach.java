package murder.tools.agent;

/** Joins standard input and output with the socket of the agent that runs here. Loads little: each deploy waits for its start. */
public final class Attach {
    private Attach() {
    }

    /** @param args {@code --fleet=NAME} */
    public static void main(String[] args) {
        System.err.println("murder agent: --attach is not there yet");
        System.exit(1);
    }
}
