package murder.tools.agent;

import java.util.ArrayList;
import java.util.List;

/**
 * How the agent's JVM is started. The start script has the rest of its command line:
 *
 * <pre>
 *   setsid env VARIABLE=VALUE... JAVA [-XX:SharedArchiveFile=JSA] OPTIONS [-XX:StackShadowPages=10] -cp JAR \
 *       murder.tools.Main agent --once --fleet=...
 * </pre>
 *
 * The agent reads its membership from standard input and writes one line to standard output,
 * "joined" or a failure. Then it puts the null device in the place of both, so ssh ends although
 * the agent goes on; with {@code --attached} it does so when its input ends. Its log is in the
 * state folder. Before the log is open it writes to standard error, which the script lets through.
 * The agent closes that as well.
 */
public final class AgentStart {
    /** The class with the entry point. */
    public static final String MAIN = "murder.tools.Main";
    /**
     * The class of {@code --attach}, which connects standard input and output with the agent's
     * socket. It loads nothing else of murder.
     */
    public static final String ATTACH_MAIN = "murder.tools.agent.Attach";

    /** What hashes many blocks, and what hashes one block of SHA-256: each file ends with one. */
    private static final List<String> HASHES = List.of("sun.security.provider.DigestBase::implCompressMultiBlock*",
        "sun.security.provider.SHA2::implCompress");

    private AgentStart() {
    }

    /**
     * Options for the agent's JVM. A class archive that fits goes before them, as
     * {@code -XX:SharedArchiveFile=PATH}.
     *
     * @param stays whether the agent continues after a deploy
     * @return words without white space
     */
    public static List<String> javaOptions(boolean stays) {
        List<String> options = new ArrayList<>(commonOptions());
        // The heap of an agent that stays shrinks when there is nothing to do, at once instead of by
        // and by, so that it is small between deploys. But each step of growth is a full collection.
        options.addAll(List.of(stays ? "-Xms8m" : "-Xms24m", "-Xmx256m", "-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=20",
            "-XX:-ShrinkHeapInSteps", "-XX:+ExitOnOutOfMemoryError",
            // The second compiler needs some MiB for a large method, which the C library keeps.
            "-XX:TrimNativeHeapInterval=20000"));
        compileLate(options);
        countNothing(options);
        return options;
    }

    /** {@return options for the JVM that only attaches: little compilation and little memory} */
    public static List<String> attachOptions() {
        List<String> options = new ArrayList<>(shortOptions());
        options.add("-Xmx16m");
        return options;
    }

    /** {@return options for a JVM that lives for seconds and computes little} */
    public static List<String> shortOptions() {
        List<String> options = new ArrayList<>(commonOptions());
        options.add("-XX:TieredStopAtLevel=1");
        return options;
    }

    /** {@return options for each JVM that shares its host with other programs} */
    public static List<String> commonOptions() {
        return List.of("-XX:+IgnoreUnrecognizedVMOptions", "-Xshare:auto",
            // The JVM would print its own messages to standard output, which is for the user.
            "-Xlog:disable",
            // One collector thread and no remembered sets: it starts faster and takes less memory.
            "-XX:+UseSerialGC",
            // Without the file that monitoring tools map. This saves its creation and 32 KiB.
            "-XX:-UsePerfData",
            // The archive of classes stays at the address that it was made for. Elsewhere the JVM
            // changes each pointer in it: 7.6 MB of pages of its own, and some milliseconds.
            "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0");
    }

    /**
     * {@return options that depend on the processor, for a JVM on this host} The start script of an
     * agent has the same rule.
     */
    public static List<String> processorOptions() {
        // At each call of a method that is not compiled, Java 17 touches every shadow page of the
        // stack. With 20 pages, the default, a call takes 80 ns; with 10 it takes 34 ns. Ten are
        // enough without the classes of java.net that write from the stack. Java 18 and later
        // touch a page once (JDK-8072070). Other processors do not permit fewer than 20.
        return System.getProperty("os.arch").equals("amd64") ? List.of("-XX:StackShadowPages=10") : List.of();
    }

    /**
     * Agents and peers of all hosts start at the same moment and wait for each other's pieces. So
     * little is compiled at the start. It is also good for a JVM whose work is one loop for seconds.
     *
     * @param options to which these are added
     */
    public static void compileLate(List<String> options) {
        // Hashing at full speed needs the SHA-1 instructions that only the second compiler uses, so
        // it stays on. But it is kept for what runs a million times: by default it takes a third of
        // the processor time of a 100 MB transfer for itself.
        options.add("-XX:Tier4InvocationThreshold=500000");
        options.add("-XX:Tier4MinInvocationThreshold=60000");
        options.add("-XX:Tier4CompileThreshold=1500000");
        options.add("-XX:Tier4BackEdgeThreshold=4000000");
        // For hashing it comes at once: until then SHA-1 and SHA-256 are Java code, on all threads of
        // the disk, and that code would be compiled for nothing. The first compiler must not copy
        // these methods into their callers, because its copy has no SHA instructions.
        options.add("-XX:CompileCommand=quiet");
        for (String method : HASHES) {
            for (String command : List.of("CompileThresholdScaling,%s,0.00001", "BackgroundCompilation,%s,false", "dontinline,%s")) {
                options.add("-XX:CompileCommand=" + String.format(command, method));
            }
        }
        // The first compiler waits for five times as many calls as by default: most of what a start
        // runs is run a few hundred times.
        options.add("-XX:Tier3InvocationThreshold=1000");
        options.add("-XX:Tier3MinInvocationThreshold=500");
        options.add("-XX:Tier3CompileThreshold=5000");
    }

    /**
     * For a JVM whose second compiler comes rarely: what the first one makes counts no branches and
     * no types. The second one would need these counts, but they cost more than they bring.
     *
     * @param options to which this is added
     */
    public static void countNothing(List<String> options) {
        options.add("-XX:-C1UpdateMethodData");
    }
}
