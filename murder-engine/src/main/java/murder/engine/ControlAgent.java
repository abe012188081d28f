package murder.engine;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import murder.trust.SwarmKey;

/**
 * An agent in the control swarms of its fleet, one for each key. It forwards an order from one
 * swarm to the others. So hosts with only the old key and hosts with only the new key get the same
 * orders. The worker thread checks orders. Loop's thread only, except where it says otherwise.
 */
final class ControlAgent implements ControlMember.Owner {
    private final EngineParts parts;
    private final ControlHandler handler;
    private final List<ControlMember> members = new ArrayList<>();
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private boolean hasEnded;
    private byte[] report = {};
    /** Any thread may read it. */
    private volatile long serial;

    /** Any thread. */
    ControlAgent(EngineParts parts, ControlOptions options) {
        this.parts = parts;
        this.handler = options.handler();
        this.serial = options.serial();
        for (SwarmKey key : options.keys()) {
            members.add(new ControlMember(this, parts, options, key));
        }
    }

    /** Any thread: they do not change. */
    List<ControlMember> members() {
        return members;
    }

    /**
     * Completes with the first answer of a tracker, or the first neighbour; fails if the agent ends
     * before. Any thread.
     */
    CompletableFuture<Void> joined() {
        return joined;
    }

    /** Completes when the trackers know that the agent left, or after the time-out. Any thread. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Of the newest order, or -1. Any thread. */
    long serial() {
        return serial;
    }

    boolean hasEnded() {
        return hasEnded;
    }

    int neighbours() {
        return members.stream().mapToInt(ControlMember::neighbours).sum();
    }

    String trackerError() {
        return members.get(0).trackerError();
    }

    // ---- what other threads tell ----

    /** Any thread. @return false if the loop has ended */
    boolean tell(Runnable task) {
        return parts.loop().execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                onFault(e);
            }
        });
    }

    @Override
    public void post(Runnable task) {
        tell(task);
    }

    /** Any thread. @param order not to be changed */
    void publish(byte[] order, CompletableFuture<Long> answer) {
        boolean posted = parts.threads().control(() -> {
            try {
                long verified = handler.verify(order.clone());
                if (verified < 0 || !tell(() -> answer.complete(isNewer(verified, order) ? verified : -1))) {
                    answer.complete(-1L);
                }
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        if (!posted) {
            answer.complete(-1L);
        }
    }

    private boolean isNewer(long verified, byte[] order) {
        return !hasEnded && members.get(0).onValidOrder(verified, order);
    }

    void onReport(byte[] newest, boolean urgent) {
        if (!hasEnded) {
            report = newest;
            members.forEach(member -> member.onReport(urgent));
        }
    }

    // ---- what members tell ----

    @Override
    public void verify(ControlMember member, byte[] order) {
        parts.threads().control(() -> {
            try {
                long verified = handler.verify(order.clone());
                tell(() -> member.onVerified(verified));
            } catch (RuntimeException e) {
                Log.CONTROL.log(Level.ERROR, "the check of an order failed", e);
                tell(member::onVerifyFailed);
            }
        });
    }

    @Override
    public void onAccepted(long newest, byte[] order) {
        if (newest <= serial) {
            return; // A member forwards an order that another one accepted.
        }
        serial = newest;
        members.forEach(member -> member.onValidOrder(newest, order));
        parts.threads().control(() -> {
            try {
                handler.onOrder(newest, order.clone());
            } catch (RuntimeException e) {
                Log.CONTROL.log(Level.ERROR, "the handler of order " + newest + " threw", e);
            }
        });
    }

    @Override
    public void onJoined() {
        joined.complete(null);
    }

    @Override
    public byte[] report() {
        return report;
    }

    /** A fault in the code of the control swarm ends the agent, but no torrent. */
    @Override
    public void onFault(Exception fault) {
        Log.CONTROL.log(Level.ERROR, "the control swarm ends by a fault of its own", fault);
        onEnd(Duration.ofSeconds(1));
        parts.threads().control(() -> handler.onFailure(fault));
    }

    /** Leaves for good. Idempotent. */
    void onEnd(Duration atMost) {
        if (hasEnded) {
            return;
        }
        hasEnded = true;
        joined.completeExceptionally(new TorrentException(TorrentException.Reason.REMOVED, "the agent left the control swarm", null));
        CompletableFuture.allOf(members.stream().map(member -> member.end(atMost)).toArray(CompletableFuture<?>[]::new))
            .whenComplete((nothing, failure) -> ended.complete(null));
    }

    // ---- turns ----

    long onTurn(long nowNs) {
        long deadlineNs = Long.MAX_VALUE;
        for (ControlMember member : members) {
            try {
                deadlineNs = Math.min(deadlineNs, member.onTurn(nowNs));
            } catch (RuntimeException e) {
                onFault(e);
            }
        }
        return hasEnded ? Long.MAX_VALUE : deadlineNs;
    }
}
