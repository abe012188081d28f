package murder.tools.agent;

import java.util.List;

/**
 * How the agent's JVM is started. On the control machine this makes the words for the start script,
 * which runs on each host:
 *
 * <pre>
 *   setsid JAVA [-XX:SharedArchiveFile=JSA] OPTIONS -cp JAR murder.tools.Main agent --once --fleet=... &lt;&amp;3 2&gt;&gt;/dev/null &amp;
 * </pre>
 *
 * The agent reads its membership from standard input and writes one line to standard output,
 * "joined" or a failure. Then it puts the null device in the place of both, so ssh ends although
 * the agent goes on. Its log is in the state folder. Before the log is open it writes to standard
 * error, which the script may let through: the agent closes that as well.
 */
public final class AgentStart {
    /** The class with the entry point. */
    public static final String MAIN = "murder.tools.Main";
    /**
     * The class that only joins standard input and output with the agent's socket: {@code --attach}
     * without the rest of murder.
     */
    public static final String ATTACH_MAIN = "murder.tools.agent.Attach";

    private AgentStart() {
    }

    /**
     * Options for the agent's JVM. A class archive that fits goes before them, as
     * {@code -XX:SharedArchiveFile=PATH}.
     *
     * @return words without white space
     */
    public static List<String> javaOptions() {
        // The heap shrinks again when a payload has come: between deploys an agent is to be small.
        return List.of("-Xshare:auto", "-Xlog:disable", "-XX:+UseSerialGC", "-Xms8m", "-Xmx256m", "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=20", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError", "-XX:+IgnoreUnrecognizedVMOptions");
    }

    /**
     * {@return options for the JVM that only attaches: nothing is compiled for long, and little
     * memory is taken}
     */
    public static List<String> attachOptions() {
        return List.of("-Xshare:auto", "-Xlog:disable", "-XX:+UseSerialGC", "-Xmx16m", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");
    }
}
