package murder.tools.agent;

import java.util.List;

/**
 * Starts the agent's JVM. On the control machine this class makes the words for the start script,
 * which runs on each host:
 *
 * <pre>
 *   setsid JAVA [-XX:SharedArchiveFile=JSA] OPTIONS -cp JAR murder.tools.Main agent --once --fleet=... &lt;&amp;3 2&gt;&gt;/dev/null &amp;
 * </pre>
 *
 * The agent reads its membership from standard input and writes one line to standard output,
 * "joined" or a failure. Then it replaces both by the null device, so ssh ends while the agent
 * continues. Its log is in the state folder. Until the log is open it writes to standard error.
 * Then it closes standard error, too.
 */
public final class AgentStart {
    /** The class with the entry point. */
    public static final String MAIN = "murder.tools.Main";
    /**
     * The class of {@code --attach}, which connects standard input and output with the agent's
     * socket. It loads nothing else of murder.
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
        // The heap shrinks after a download, so that an agent is small between deploys.
        return List.of("-Xshare:auto", "-Xlog:disable", "-XX:+UseSerialGC", "-Xms8m", "-Xmx256m", "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=20", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError", "-XX:+IgnoreUnrecognizedVMOptions");
    }

    /**
     * {@return options for the JVM that only attaches: little compilation and little memory}
     */
    public static List<String> attachOptions() {
        return List.of("-Xshare:auto", "-Xlog:disable", "-XX:+UseSerialGC", "-Xmx16m", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");
    }
}
