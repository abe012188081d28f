package murder.tools.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import murder.engine.SlowCause;
import murder.metainfo.InfoHash;
import murder.order.Content;
import murder.order.Membership;
import murder.order.Patch;
import murder.order.Release;
import murder.order.SignedOrder;
import murder.order.Target;
import murder.peer.PeerId;
import murder.tools.cli.CommandException;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Lifetime;
import murder.tracker.FleetAgent;
import murder.tracker.FleetAgent.Presence;
import murder.tracker.SwarmOptions;
import murder.tracker.http.FleetBoard;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import murder.trust.SwarmKey;
import murder.trust.TrustException;

/**
 * The fleet's tracker in the agent's process. It gets the reports of all agents. It serves only the
 * control swarm and the swarms of the newest order. Any thread.
 */
final class ServedFleet implements Board, Agent.Audience {
    private final TrackerServer tracker;
    private final FleetBoard board;
    private final List<SwarmKey> keys;
    private final OwnBoard own = new OwnBoard();
    /** The swarms of the newest order. */
    private Map<InfoHash, String> served = Map.of();

    private ServedFleet(TrackerServer tracker, List<SwarmKey> keys) {
        this.tracker = tracker;
        this.board = tracker.fleet();
        this.keys = keys;
        board.onChange(own::touch);
    }

    static ServedFleet start(AgentOptions options, Membership membership, Lifetime lifetime) throws CommandException, IOException {
        TrackerServer tracker;
        try {
            tracker = TrackerServer.start(TrackerServerOptions.builder().port(options.serve()).swarmKeys(membership.keys())
                .fleet(membership.fleet(), membership.keys())
                .swarms(SwarmOptions.builder().trusted(options.trusted()).build()).build());
        } catch (IOException e) {
            throw CommandException.failed("cannot serve as the fleet's tracker: " + e.getMessage() + "; 'murder status' shows whether a"
                + " tracker runs already", e);
        }
        lifetime.onEnd(tracker::close);
        tracker.serveOnly(Map.of());
        return new ServedFleet(tracker, membership.keys());
    }

    int port() {
        return tracker.port();
    }

    @Override
    public Reader reader() {
        Reader ownReader = own.reader();
        return new Reader() {
            private final Map<PeerId, FleetAgent> busy = new HashMap<>();
            private Set<PeerId> silent = Set.of();
            private long version;

            @Override
            public List<String> next(Duration timeout) throws InterruptedException {
                // This agent's own reports come at once, not with its next announce.
                List<String> lines = new ArrayList<>(ownReader.next(timeout));
                for (FleetAgent agent : board.reportsSince(version)) {
                    version = Math.max(version, agent.version());
                    List<AgentReport> told = AgentReport.parse(agent.report());
                    told.forEach(line -> lines.add(line(line, agent).toString()));
                    if (agent.presence() == Presence.HERE && told.stream().anyMatch(line -> line.state().isBusy())) {
                        busy.put(agent.id(), agent);
                    } else {
                        busy.remove(agent.id());
                    }
                }
                addSilent(lines);
                return lines;
            }

            /** An agent at work that says nothing, and one that says the same as before again. */
            private void addSilent(List<String> lines) {
                Set<PeerId> now = new LinkedHashSet<>(board.silent());
                now.retainAll(busy.keySet());
                now.stream().filter(id -> !silent.contains(id)).forEach(id -> AgentReport.parse(busy.get(id).report())
                    .forEach(line -> lines.add(line.toLine().with(Member.SLOW, SlowCause.SILENT.word()).toString())));
                silent.stream().filter(id -> !now.contains(id) && busy.containsKey(id))
                    .forEach(id -> AgentReport.parse(busy.get(id).report()).forEach(line -> lines.add(line.toLine().toString())));
                silent = now;
            }
        };
    }

    /** An agent that vanished during its work will send no further report. */
    private static HostReport line(AgentReport report, FleetAgent agent) {
        boolean isDone = switch (report.state()) {
            case STAGED, ACTIVE, FAILED, WITHDRAWN -> true;
            default -> false;
        };
        if (agent.presence() == Presence.HERE || agent.presence() == Presence.LEFT && isDone) {
            return report.toLine();
        }
        String reason = agent.presence() == Presence.LEFT ? "the agent has ended"
            : "the tracker has not heard from the agent for " + agent.silentMs() / 1000 + " s";
        return report.toLine().with(Member.STATE, AgentState.LOST.word()).with(Member.ERROR, reason);
    }

    @Override
    public SignedOrder order() {
        return own.order();
    }

    @Override
    public void onReport(byte[] report) {
        own.onReport(report);
    }

    /**
     * An order that was checked is about to spread. Its swarms are served from now on: the first
     * agents announce in them before this one has kept the order on its disk.
     */
    void onComing(byte[] signedOrder) {
        try {
            Map<InfoHash, String> names;
            synchronized (this) {
                names = new HashMap<>(served);
            }
            names.putAll(names(SignedOrder.parse(signedOrder)));
            tracker.serveOnly(names);
        } catch (TrustException e) {
            return; // Then it does not spread.
        }
    }

    @Override
    public void onOrder(SignedOrder signed) {
        own.onOrder(signed);
        Map<InfoHash, String> names = names(signed);
        synchronized (this) {
            served = names;
        }
        tracker.serveOnly(names, OpenSwarms.of(signed.order()).stream().map(Content::infoHash).collect(Collectors.toSet()));
        board.publish(signed.order().serial(), signed.bytes());
    }

    private Map<InfoHash, String> names(SignedOrder signed) {
        Map<InfoHash, String> names = new HashMap<>();
        Set<Content> open = OpenSwarms.of(signed.order());
        for (Target target : signed.order().targets()) {
            for (Release release : target.releases()) {
                if (release.content() != null && open.contains(release.content())) {
                    names.put(release.content().infoHash(), release.tag());
                } else if (release.content() != null) {
                    keys.forEach(key -> names.put(key.nameOf(release.content().infoSha256()), release.tag()));
                }
                for (Patch patch : release.patches()) {
                    keys.forEach(key -> names.put(key.nameOf(patch.content().infoSha256()), release.tag() + ".patch"));
                }
            }
        }
        return names;
    }

    @Override
    public boolean isNeeded() {
        return false;
    }
}
