package murder.engine.sim;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import murder.engine.swarm.OrderExchange;
import murder.wire.ExtensionSender;
import murder.wire.WireException;

/**
 * One end of a simulated connection between two agents. Its messages arrive at the other end, in
 * order. Only extension messages matter in a control swarm.
 */
final class PushLink implements ExtensionSender {
    final int id;
    final PushAgent agent;
    private final PushSimulation simulation;
    private PushLink other;
    private OrderExchange.Neighbour neighbour;
    private boolean closed;
    /** The arrival time of the last message. */
    private long arrivalNs;
    private final Deque<byte[]> underWay = new ArrayDeque<>();

    PushLink(PushSimulation simulation, int id, PushAgent agent) {
        this.simulation = simulation;
        this.id = id;
        this.agent = agent;
    }

    void join(PushLink otherEnd) {
        other = otherEnd;
    }

    PushLink other() {
        return other;
    }

    OrderExchange.Neighbour neighbour() {
        return neighbour;
    }

    /** The agent admitted the other one. */
    void open(OrderExchange.Neighbour admitted) {
        neighbour = admitted;
        agent.links().add(this);
    }

    boolean isClosed() {
        return closed;
    }

    /** The arrival time of a message that is sent now: never before an earlier one. */
    long nextArrivalNs() {
        arrivalNs = Math.max(arrivalNs, simulation.nowNs() + simulation.latencyNs());
        return arrivalNs;
    }

    /** This end closes; the other one gets a notice. */
    void close() {
        if (!closed) {
            closed = true;
            agent.links().remove(this);
            simulation.at(nextArrivalNs(), other::onOtherClosed);
        }
    }

    void onOtherClosed() {
        if (!closed) {
            closed = true;
            agent.links().remove(this);
            if (neighbour != null) {
                agent.exchange().onDisconnected(simulation.nowNs(), neighbour);
                agent.takeTurn();
            }
        }
    }

    /** The first message in flight from this end has arrived. */
    byte[] arrived() {
        return underWay.poll();
    }

    void deliver(byte[] message) {
        if (closed || neighbour == null) {
            return;
        }
        try {
            neighbour.onExtended(simulation.nowNs(), message[0] & 0xff, ByteBuffer.wrap(message, 1, message.length - 1).slice());
        } catch (WireException e) {
            throw new IllegalStateException("agent " + agent.index + " does not understand " + other.agent.index, e);
        }
        agent.takeTurn();
    }

    @Override
    public void extended(int extendedId, byte[] payload) {
        byte[] sent = closed ? null : agent.sent(extendedId, payload);
        if (sent != null) {
            underWay.add(ByteBuffer.allocate(1 + sent.length).put((byte) extendedId).put(sent).array());
            simulation.send(this);
        }
    }

    @Override
    public boolean isWritable() {
        return true;
    }
}
