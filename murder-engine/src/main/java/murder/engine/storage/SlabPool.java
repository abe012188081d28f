package murder.engine.storage;

import java.util.ArrayDeque;

/**
 * The slabs of an engine. It grows up to its capacity, and shrinks when a torrent ends
 * ({@link #release}). Its size is the largest need since then. Any thread.
 */
final class SlabPool {
    private static final long MAX_CAPACITY = 64L << 20;

    private final ArrayDeque<Slab> free = new ArrayDeque<>();
    private final int maxSlabs;
    private int made;

    SlabPool(long capacityBytes) {
        maxSlabs = (int) Math.max(4, capacityBytes / Slab.LENGTH);
    }

    /**
     * By default the JVM allows as many direct bytes as heap bytes. Mappings and sockets need some
     * of them, too.
     */
    static long defaultCapacityBytes() {
        return Math.min(MAX_CAPACITY, Runtime.getRuntime().maxMemory() / 4);
    }

    long capacityBytes() {
        return (long) maxSlabs * Slab.LENGTH;
    }

    /** An empty slab with one user, who fills it. There must be one. */
    synchronized Slab take() {
        Slab slab = free.poll();
        if (slab == null) {
            if (made == maxSlabs) {
                throw new IllegalStateException("all " + maxSlabs + " slabs are in use");
            }
            slab = new Slab();
            made++;
        }
        slab.clear();
        slab.users = 1;
        return slab;
    }

    synchronized void use(Slab slab) {
        slab.users++;
    }

    /** The last user to leave a slab makes it free. */
    synchronized void leave(Slab slab) {
        if (--slab.users == 0) {
            free.push(slab);
        }
    }

    /** Whether only its writer still needs the slab. */
    synchronized boolean isDrained(Slab slab) {
        return slab.users == 1;
    }

    /** Drops the free slabs. The collector frees their memory. */
    synchronized void release() {
        made -= free.size();
        free.clear();
    }

    synchronized long availableBytes() {
        return (long) (free.size() + maxSlabs - made) * Slab.LENGTH;
    }

    synchronized long heldBytes() {
        return (long) made * Slab.LENGTH;
    }

    synchronized long usedBytes() {
        return (long) (made - free.size()) * Slab.LENGTH;
    }
}
