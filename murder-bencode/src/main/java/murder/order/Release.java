package murder.order;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A release that a target should hold.
 *
 * @param tag its name, one element of a path
 * @param archive how it travels
 * @param content the payload; null until it is made
 * @param maker the agents that make it; null if it exists already
 * @param patches from older releases to this one
 */
public record Release(String tag, Archive archive, Content content, Maker maker, List<Patch> patches) {
    /** The limit of patches. */
    public static final int MAX_PATCHES = 16;

    /**
     * Checks the components.
     *
     * @param tag 1 to 255 bytes that may be the name of a directory, without control characters
     * @param archive not null
     * @param content may be null
     * @param maker may be null
     * @param patches at most {@link #MAX_PATCHES}, each from another release
     * @throws IllegalArgumentException if one is not as described above, or there is neither
     *     content nor maker
     */
    public Release {
        Rules.checkTag(tag);
        Objects.requireNonNull(archive, "archive");
        patches = List.copyOf(patches);
        if (content == null && maker == null) {
            throw new IllegalArgumentException("the release " + tag + " has neither content nor maker");
        } else if (content == null && !patches.isEmpty()) {
            throw new IllegalArgumentException("the release " + tag + " has patches but no content");
        }
        Rules.checkCount("patches", patches.size(), 0, MAX_PATCHES);
        Set<String> bases = new HashSet<>();
        for (Patch patch : patches) {
            if (!bases.add(patch.from())) {
                throw new IllegalArgumentException("the release " + tag + " has two patches from " + patch.from());
            }
        }
    }
}
