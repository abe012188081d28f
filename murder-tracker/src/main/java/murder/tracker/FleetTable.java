package murder.tracker;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.FleetAgent.Presence;

/**
 * A tracker's table of the agents of a fleet: the last report of each, and the newest order. Pure:
 * time comes with each call. Not thread-safe.
 *
 * <p>Each change has a version, so a reader asks only for later changes. The time of an announce
 * grows with the logarithm of the number of agents. A full table holds 20,000 agents and takes
 * about 30 MB, mostly for reports. In a full table the agent that was lost or left first makes room
 * for a new one. Without such an agent the table refuses the new one.
 */
public final class FleetTable {
    /** Agents in a full table. */
    public static final int MAX_AGENTS = 20_000;
    /** New reports that a tracker asks for in a second. */
    public static final int REPORTS_PER_SECOND = 1_000;
    /** The report interval of a small fleet. */
    public static final int REPORT_EVERY_MS = 2_000;
    /** The announce interval of an agent without a new report. */
    public static final int IDLE_SECONDS = 60;
    /** The pause before an agent gets the same order again: it may have refused the order. */
    private static final long ORDER_AGAIN_NS = 10_000_000_000L;
    private static final long MS_NS = 1_000_000L;
    /** An agent at work reports that often, and so is silent after some more. */
    private static final int SILENT_REPORTS = 5;
    /** Intervals of silence after which an agent counts as lost. */
    private static final int LOST_INTERVALS = 3;
    private static final long FORGET_NS = 24 * 3_600_000_000_000L;

    private static final class Agent {
        private final PeerId id;
        private PeerAddress address;
        private Presence presence = Presence.HERE;
        private long version;
        private long heardNs;
        private long goneNs;
        private FleetNews news = FleetNews.NONE;
        private long sentSerial = FleetNews.NO_ORDER;
        private long sentNs;

        private Agent(PeerId id) {
            this.id = id;
        }
    }

    private final int maxAgents;
    /** Ordered by their last announce. */
    private final Map<PeerId, Agent> here = new LinkedHashMap<>();
    /** Lost and left agents, the latest last. */
    private final Map<PeerId, Agent> gone = new LinkedHashMap<>();
    private final TreeMap<Long, Agent> changes = new TreeMap<>();
    private long version;
    private long serial = FleetNews.NO_ORDER;
    private byte[] order;

    /**
     * An empty table.
     *
     * @param maxAgents the limit of agents, usually {@link #MAX_AGENTS}
     * @param firstVersion the first version. If it grows from one start of the tracker to the next,
     *     readers can continue
     */
    public FleetTable(int maxAgents, long firstVersion) {
        this.maxAgents = maxAgents;
        this.version = firstVersion;
    }

    /** {@return the number of the last change} */
    public long version() {
        return version;
    }

    /** {@return the number of known agents} */
    public int size() {
        return here.size() + gone.size();
    }

    /** {@return the number of agents that are neither lost nor left} */
    public int present() {
        return here.size();
    }

    /** {@return the newest order, or null; not to be changed} */
    public byte[] order() {
        return order;
    }

    /** {@return the serial of the newest order, or {@link FleetNews#NO_ORDER}} */
    public long serial() {
        return serial;
    }

    /**
     * Keeps an order if it is newer than the one before.
     *
     * @param newSerial at least 0
     * @param signed at most {@link FleetAnswer#MAX_ORDER_LENGTH} bytes; not checked here, and not
     *     to be changed
     * @return whether it is newer
     * @throws IllegalArgumentException if a number is out of range
     */
    public boolean publish(long newSerial, byte[] signed) {
        if (newSerial < 0 || signed.length > FleetAnswer.MAX_ORDER_LENGTH) {
            throw new IllegalArgumentException("order " + newSerial + " of " + signed.length + " bytes");
        }
        if (newSerial <= serial) {
            return false;
        }
        serial = newSerial;
        order = signed;
        version++;
        return true;
    }

    /**
     * Takes an agent's announce. The caller has checked that the agent is a member and that the
     * announce is not a copy.
     *
     * @param request of the agent
     * @param address where other agents reach it
     * @param swarms how many control swarms an agent may announce in: one for each key of the fleet
     * @param nowNs tracker time
     * @return the answer to the agent
     */
    public FleetAnswer onAnnounce(AnnounceRequest request, PeerAddress address, int swarms, long nowNs) {
        onTime(nowNs);
        Agent agent = take(request.peerId());
        if (agent == null) {
            return new FleetAnswer(null, reportEveryMs(swarms));
        }
        agent.heardNs = nowNs;
        Presence presence = request.event() == AnnounceEvent.STOPPED ? Presence.LEFT : Presence.HERE;
        put(agent, presence, nowNs);
        FleetNews news = merged(agent.news, request.news());
        if (agent.version == 0 || agent.presence != presence || !agent.news.equals(news) || !address.equals(agent.address)) {
            agent.address = address;
            agent.news = news;
            change(agent, presence);
        }
        return new FleetAnswer(presence == Presence.LEFT ? null : orderFor(agent, nowNs), reportEveryMs(swarms));
    }

    /** The agent, removed from all maps, or a new one. Null if there is no room for it. */
    private Agent take(PeerId id) {
        Agent agent = here.remove(id);
        agent = agent == null ? gone.remove(id) : agent;
        if (agent != null) {
            return agent;
        }
        if (size() >= maxAgents && !gone.isEmpty()) {
            Iterator<Agent> firstGone = gone.values().iterator();
            changes.remove(firstGone.next().version);
            firstGone.remove();
        }
        return size() < maxAgents ? new Agent(id) : null;
    }

    private void put(Agent agent, Presence presence, long nowNs) {
        if (presence == Presence.HERE) {
            here.put(agent.id, agent);
        } else {
            agent.goneNs = nowNs;
            gone.put(agent.id, agent);
        }
    }

    /** An announce without a report does not change the last report. */
    private static FleetNews merged(FleetNews before, FleetNews now) {
        return now.report().length > 0 ? now : before.order() == now.order() ? before : new FleetNews(now.order(), before.report());
    }

    private byte[] orderFor(Agent agent, long nowNs) {
        boolean isSent = agent.sentSerial == serial && nowNs - agent.sentNs < ORDER_AGAIN_NS;
        if (agent.news.order() >= serial || isSent) {
            return null;
        }
        agent.sentSerial = serial;
        agent.sentNs = nowNs;
        return order;
    }

    /** The interval at which all agents together send at most {@link #REPORTS_PER_SECOND}. */
    private int reportEveryMs(int swarms) {
        return Math.max(REPORT_EVERY_MS, (int) (here.size() * (long) swarms * 1000 / REPORTS_PER_SECOND));
    }

    private void change(Agent agent, Presence presence) {
        agent.presence = presence;
        changes.remove(agent.version);
        agent.version = ++version;
        changes.put(version, agent);
    }

    /**
     * Marks silent agents as lost, and forgets those that were silent for a day. Every announce
     * does so, too.
     *
     * @param nowNs tracker time
     */
    public void onTime(long nowNs) {
        long lostNs = LOST_INTERVALS * Math.max(IDLE_SECONDS * 1000L, reportEveryMs(1)) * MS_NS;
        Iterator<Agent> silentFirst = here.values().iterator();
        while (silentFirst.hasNext()) {
            Agent agent = silentFirst.next();
            if (nowNs - agent.heardNs < lostNs) {
                break;
            }
            silentFirst.remove();
            put(agent, Presence.LOST, nowNs);
            change(agent, Presence.LOST);
        }
        Iterator<Agent> goneFirst = gone.values().iterator();
        while (goneFirst.hasNext()) {
            Agent agent = goneFirst.next();
            if (nowNs - agent.goneNs < FORGET_NS) {
                break;
            }
            goneFirst.remove();
            changes.remove(agent.version);
        }
    }

    /**
     * {@return agents that are here, but were silent for five report intervals of a working agent}
     * An idle agent is among them: it announces once a minute.
     *
     * @param nowNs tracker time
     */
    public List<PeerId> silent(long nowNs) {
        long silentNs = SILENT_REPORTS * reportEveryMs(1) * MS_NS;
        List<PeerId> silent = new ArrayList<>();
        for (Agent agent : here.values()) {
            if (nowNs - agent.heardNs < silentNs) {
                break;
            }
            silent.add(agent.id);
        }
        return silent;
    }

    /**
     * {@return the agents that changed after a version, the latest change last}
     *
     * @param since 0 for all
     * @param max the most agents; for the rest ask again with the version of the last one
     * @param nowNs tracker time
     */
    public List<FleetAgent> since(long since, int max, long nowNs) {
        onTime(nowNs);
        List<FleetAgent> changed = new ArrayList<>();
        for (Agent agent : changes.tailMap(since, false).values()) {
            if (changed.size() == max) {
                break;
            }
            changed.add(new FleetAgent(agent.id, agent.version, agent.address, agent.presence, (nowNs - agent.heardNs) / MS_NS,
                agent.news.order(), agent.news.report()));
        }
        return changed;
    }
}
