package murder.engine.storage;

import java.util.ArrayDeque;

/**
 * The slabs of an engine. Grows up to its capacity, and shrinks when a torrent ends
 * ({@link #release}): its high-water mark is what the link needed since then. Any thread.
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
     * The JVM allows as many direct bytes as heap bytes by default, and mappings and sockets want
     * some too.
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

    /** Whether nobody but the one who fills it needs the slab any more. */
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
