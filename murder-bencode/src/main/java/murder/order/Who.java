package murder.order;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import murder.hash.Sha256;

/** A set of agents of a fleet. */
public sealed interface Who {
    /**
     * {@return whether an agent is in the set}
     *
     * @param name of the agent
     * @param zone of the agent, empty for none
     */
    boolean matches(String name, String zone);

    /** Every agent. */
    record All() implements Who {
        @Override
        public boolean matches(String name, String zone) {
            return true;
        }
    }

    /**
     * The agents of a rack or site.
     *
     * @param zone its name
     */
    record Zone(String zone) implements Who {
        /**
         * Checks the name.
         *
         * @param zone 1 to 255 bytes without control characters
         * @throws IllegalArgumentException if it is anything else
         */
        public Zone {
            Rules.checkName("zone", zone);
        }

        @Override
        public boolean matches(String name, String itsZone) {
            return zone.equals(itsZone);
        }
    }

    /**
     * The agents with these names.
     *
     * @param names at least one
     */
    record Names(List<String> names) implements Who {
        /** The limit of names in one place. */
        public static final int MAX = 1000;

        /**
         * Checks the names.
         *
         * @param names 1 to {@link #MAX}, all different
         * @throws IllegalArgumentException if one is no name
         */
        public Names {
            names = Rules.names("names", names, 1, MAX);
        }

        @Override
        public boolean matches(String name, String zone) {
            return names.contains(name);
        }
    }

    /**
     * A share of the agents, drawn by a hash of their names. A larger share holds all of a smaller
     * one.
     *
     * @param permille of the agents, 0 to 1000
     */
    record Share(int permille) implements Who {
        /** All of them. */
        public static final int ALL = 1000;

        /**
         * Checks the share.
         *
         * @param permille 0 to {@link #ALL}
         * @throws IllegalArgumentException if it is anything else
         */
        public Share {
            Rules.checkCount("permille", permille, 0, ALL);
        }

        @Override
        public boolean matches(String name, String zone) {
            return drawOf(name) < permille;
        }

        /**
         * {@return 0 to 999: the agent is in every share that is greater}
         *
         * @param name of the agent
         */
        public static int drawOf(String name) {
            byte[] digest = Sha256.newDigest().digest(name.getBytes(StandardCharsets.UTF_8));
            return (int) Long.remainderUnsigned(ByteBuffer.wrap(digest).getLong(), ALL);
        }
    }
}
