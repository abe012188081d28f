package murder.tracker.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import murder.peer.PeerAddress;
import murder.tracker.IpLiteral;

/** Looks up names of trackers within a deadline: the system's resolver has no deadline. */
final class Lookup {
    /** Finds the addresses of a name. */
    interface Resolver {
        InetAddress[] addresses(String host, Deadline deadline) throws IOException;
    }

    /** The limit of simultaneous look-ups: each has a thread. */
    private static final int MAX_PENDING = 16;
    /** Guarded by itself. Several callers share one look-up of a name. */
    private static final Map<String, FutureTask<InetAddress[]>> PENDING = new HashMap<>();

    private Lookup() {}

    /** Resolves names in place of the system. May take minutes. */
    interface Names {
        InetAddress[] all(String host) throws UnknownHostException;
    }

    static InetAddress[] addresses(String host, Deadline deadline) throws IOException {
        return addresses(host, deadline, null);
    }

    static InetAddress[] addresses(String host, Deadline deadline, Names names) throws IOException {
        PeerAddress literal = IpLiteral.parse(host, 0);
        if (literal != null) {
            return new InetAddress[] {InetAddress.getByAddress(literal.addressBytes())};
        }
        try {
            return task(host, names).get(deadline.remainingMs(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new UnknownHostException("the name " + host + " is not known here");
        } catch (TimeoutException e) {
            throw new IOException("the name " + host + " could not be looked up in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the name " + host + " was looked up", e);
        }
    }

    private static FutureTask<InetAddress[]> task(String host, Names names) throws IOException {
        synchronized (PENDING) {
            FutureTask<InetAddress[]> pending = PENDING.get(host);
            if (pending != null) {
                return pending;
            }
            if (PENDING.size() == MAX_PENDING) {
                throw new IOException("the name " + host + " is not looked up: " + MAX_PENDING + " others wait for the resolver");
            }
            FutureTask<InetAddress[]> task = new FutureTask<>(() -> resolve(host, names));
            PENDING.put(host, task);
            Thread thread = new Thread(task, "murder-lookup");
            thread.setDaemon(true);
            thread.start();
            return task;
        }
    }

    private static InetAddress[] resolve(String host, Names names) throws UnknownHostException {
        try {
            return names == null ? InetAddress.getAllByName(host) : names.all(host);
        } finally {
            synchronized (PENDING) {
                PENDING.remove(host);
            }
        }
    }

    static boolean isRoutable(InetAddress address) {
        return PeerAddress.of(address.getAddress(), 0).isRoutable();
    }
}
