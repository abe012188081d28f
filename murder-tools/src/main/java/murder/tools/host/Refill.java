package murder.tools.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import murder.disk.Forcing;

/**
 * Replaces the entries of a place that cannot be renamed itself, one by one. The names of its
 * directories show its progress. So the next run after a kill can finish it, and the place never
 * stays a mixture.
 *
 * <pre>
 *   CLEARED is made          nothing has changed yet
 *   the release ──▶ NEXT     from here on every run goes forward
 *   entries ──▶ CLEARED      one by one
 *   CLEARED ──▶ OLD          the place is empty
 *   NEXT/… ──▶ entries       one by one
 *   NEXT, OLD are removed    by {@link #tidy}: until then NEXT proves which release is there
 * </pre>
 *
 * All these directories are in the place. For one process at a time.
 */
final class Refill {
    private final Path place;
    private final Interior.Mover mover;
    private final Path next;
    private final Path cleared;
    private final Path old;

    Refill(Path place) throws IOException {
        this(place, (from, to) -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
    }

    /** @param mover renames */
    Refill(Path place, Interior.Mover mover) throws IOException {
        this.place = place;
        this.mover = mover;
        this.next = in(Scratch.Kind.NEXT);
        this.cleared = in(Scratch.Kind.CLEARED);
        this.old = in(Scratch.Kind.OLD);
    }

    private Path in(Scratch.Kind kind) throws IOException {
        return place.resolve(Scratch.lasting(kind, place.toString()).name());
    }

    /** The path of the release whose entries come to the place. */
    Path next() {
        return next;
    }

    /** @param whole the release, in the place */
    void run(Path whole) throws IOException {
        if (resume()) {
            tidy();
        }
        Files.createDirectory(cleared, Placement.ownerOnly(cleared));
        mover.move(whole, next);
        Forcing.force(place);
        resume();
    }

    /**
     * Finishes the work of a killed run. Returns whether there was any: then the place has the
     * release of {@link #next}.
     */
    boolean resume() throws IOException {
        if (!isThere(next)) {
            // A kill before any change.
            TreeRemoval.delete(cleared);
            return false;
        }
        if (isThere(cleared)) {
            Interior.move(place, cleared, mover);
            Forcing.force(place);
            TreeRemoval.delete(old);
            mover.move(cleared, old);
            Forcing.force(place);
        }
        Interior.move(next, place, mover);
        Forcing.force(place);
        return true;
    }

    /** Removes the leftovers of the exchange. */
    void tidy() throws IOException {
        TreeRemoval.delete(next);
        TreeRemoval.delete(old);
    }

    private static boolean isThere(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }
}
