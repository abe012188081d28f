package murder.tools.fleet;

import java.util.ArrayList;
import java.util.List;
import murder.tools.agent.AgentStart;
import murder.tools.cli.UsageException;

/**
 * Builds the ssh commands that start agents on hosts.
 *
 * @param config of the fleet
 * @param remote the command lines of other tasks
 * @param jar that the hosts need
 * @param membership of a host; secret
 * @param roots below which peers may write; a list for the agent
 * @param seedFor how long an agent seeds after the last order
 * @param tempPath for payloads on the hosts
 */
record AgentCommands(FleetConfig config, RemoteCommands remote, JarFile jar, byte[] membership, List<String> roots, String seedFor,
                     String tempPath) {
    /** Options of the JVM. Each host of many has the same text. */
    private static final String OPTIONS_ONCE = String.join(" ", AgentStart.javaOptions(false));
    private static final String OPTIONS_STAYING = String.join(" ", AgentStart.javaOptions(true));
    private static final List<String> ONCE = List.of("jar.sh", "agent.sh");
    private static final List<String> STAYING = List.of("jar.sh", "service.sh", "agent.sh");

    /**
     * A path of the configuration as orders name it: absolute, or below the agent's working
     * directory, which is {@code /~}.
     *
     * @param what it is for, for the message
     */
    static String path(String what, String text) throws UsageException {
        StringBuilder path = new StringBuilder(text.startsWith("/") ? "" : "/~");
        for (String element : text.split("/")) {
            if (element.equals("..")) {
                throw new UsageException(what + " '" + text + "' has '..'; name the place itself");
            }
            if (!element.isEmpty() && !element.equals(".")) {
                path.append('/').append(element);
            }
        }
        if (path.length() == 0) {
            throw new UsageException(what + " is the root directory");
        }
        return path.toString();
    }

    /**
     * Below which directories agents write for a destination and its link.
     *
     * @param link to the active release, empty for none
     */
    static List<String> roots(String destination, String link) {
        List<String> roots = new ArrayList<>(List.of(destination));
        if (!link.isEmpty() && !link.startsWith(destination + "/")) {
            roots.add(link.substring(0, Math.max(1, link.lastIndexOf('/'))));
        }
        return roots;
    }

    /** Starts an agent for one deploy, and returns when it has joined. */
    Job once(Host host) {
        return start(host, false, true);
    }

    /**
     * Like {@link #once}, on the tracker's host. Then this ssh carries orders and reports until its
     * input ends.
     */
    Job attached() {
        return start(config.tracker(), true, true).staying();
    }

    /** Starts an agent that stays: as a service of systemd if that is possible there. */
    Job resident(Host host) {
        return start(host, false, false);
    }

    private Job start(Host host, boolean attached, boolean once) {
        List<String> words = remote.jarWords(jar, Integer.toString(config.hostTimeoutSeconds()), attached ? "joined" : "", config.java(),
            once ? OPTIONS_ONCE : OPTIONS_STAYING);
        words.addAll(remote.variables(host));
        words.addAll(List.of("--", AgentStart.MAIN, "agent"));
        RemoteCommands.flag(words, once, "--once");
        words.addAll(List.of("--fleet=" + config.fleet(), "--name=" + host, "--tracker=" + config.trackerAddress()));
        if (config.peers().contains(host)) {
            RemoteCommands.option(words, "--root=", String.join(",", roots));
        }
        if (host.equals(config.tracker())) {
            words.add("--serve=" + config.trackerPort());
            RemoteCommands.option(words, "--trust-ip=", config.transfer().trusted());
        }
        RemoteCommands.option(words, "--zone=", config.zones().getOrDefault(host, ""));
        remote.transfer(words, host, 0);
        RemoteCommands.flag(words, config.transfer().tls(), "--tls");
        RemoteCommands.option(words, "--download-limit=", config.transfer().downloadLimit());
        RemoteCommands.option(words, "--seed-for=", once ? seedFor : "");
        RemoteCommands.option(words, "--temp=", tempPath);
        RemoteCommands.flag(words, attached, "--attached");
        return remote.script(host, once ? ONCE : STAYING, words, jar.path()).withPreface(membership);
    }

    /** A text without secrets. */
    @Override
    public String toString() {
        return "agents of the fleet " + config.fleet();
    }
}
