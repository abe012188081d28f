package murder.engine.sim;

import java.util.Arrays;

/** The bodies of messages in flight, except blocks. Equal neighbours share one array. */
final class Bodies {
    private byte[][] bodies = new byte[16][];
    private int[] free = new int[16];
    private int freeCount;
    private int count;
    private byte[] last = new byte[0];

    /** Keeps a copy. Returns its place. */
    int add(byte[] body) {
        if (!Arrays.equals(last, body)) {
            last = body.clone();
        }
        int place = freeCount > 0 ? free[--freeCount] : count++;
        if (place == bodies.length) {
            bodies = Arrays.copyOf(bodies, 2 * place);
            free = Arrays.copyOf(free, 2 * place);
        }
        bodies[place] = last;
        return place;
    }

    /** Removes and returns the body. */
    byte[] remove(int place) {
        byte[] body = bodies[place];
        bodies[place] = null;
        free[freeCount++] = place;
        return body;
    }
}
