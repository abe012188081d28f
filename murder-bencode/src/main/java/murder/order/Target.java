package murder.order;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The wanted state of one destination on the hosts.
 *
 * @param destination an absolute path
 * @param layout of a release there
 * @param currentLink the symbolic link to the active release, an absolute path; empty for none
 * @param keep how many releases stay in place, 0 for all
 * @param replace whether what is there and was not put there by an agent may be deleted
 * @param keepLinks whether symbolic links of a release arrive as they are, wherever they lead
 * @param open whether strangers may take part in the swarms of its releases; else these are closed
 * @param releases to hold, the oldest first, each with another tag
 * @param active the active releases by hosts: the first matching entry counts; without one nothing
 *     is active
 */
public record Target(String destination, Layout layout, String currentLink, int keep, boolean replace, boolean keepLinks,
                     boolean open, List<Release> releases, List<Activation> active) {
    /** The limit of releases. */
    public static final int MAX_RELEASES = 64;
    /** The limit of activations. */
    public static final int MAX_ACTIVATIONS = 64;

    /**
     * Checks the components.
     *
     * @param destination an absolute path
     * @param layout not null
     * @param currentLink an absolute path or an empty text
     * @param keep 0 or more
     * @param replace as above
     * @param keepLinks as above
     * @param open as above
     * @param releases at most {@link #MAX_RELEASES}
     * @param active at most {@link #MAX_ACTIVATIONS}; each names one of the releases
     * @throws IllegalArgumentException if one is not as described above
     */
    public Target {
        Rules.checkPath("the destination", destination);
        Objects.requireNonNull(layout, "layout");
        if (!currentLink.isEmpty()) {
            Rules.checkPath("the link to the active release", currentLink);
        }
        if (keep < 0) {
            throw new IllegalArgumentException("negative number of releases to keep " + keep);
        }
        releases = List.copyOf(releases);
        active = List.copyOf(active);
        Rules.checkCount("releases", releases.size(), 0, MAX_RELEASES);
        Rules.checkCount("activations", active.size(), 0, MAX_ACTIVATIONS);
        Set<String> tags = new HashSet<>();
        for (Release release : releases) {
            if (!tags.add(release.tag())) {
                throw new IllegalArgumentException("two releases with the tag " + release.tag());
            }
        }
        for (Activation activation : active) {
            if (!tags.contains(activation.tag())) {
                throw new IllegalArgumentException("the tag " + activation.tag() + " is to be active, but is no release");
            }
        }
    }

    /**
     * Makes a target whose swarms are closed.
     *
     * @param destination as above
     * @param layout as above
     * @param currentLink as above
     * @param keep as above
     * @param replace as above
     * @param keepLinks as above
     * @param releases as above
     * @param active as above
     */
    public Target(String destination, Layout layout, String currentLink, int keep, boolean replace, boolean keepLinks,
                  List<Release> releases, List<Activation> active) {
        this(destination, layout, currentLink, keep, replace, keepLinks, false, releases, active);
    }

    /**
     * {@return the tag that is active on a host, or an empty text for none}
     *
     * @param name of the agent there
     * @param zone of that agent, empty for none
     */
    public String activeOn(String name, String zone) {
        for (Activation activation : active) {
            if (activation.who().matches(name, zone)) {
                return activation.tag();
            }
        }
        return "";
    }

    /**
     * {@return the release with a tag, or null}
     *
     * @param tag of the release
     */
    public Release release(String tag) {
        for (Release release : releases) {
            if (release.tag().equals(tag)) {
                return release;
            }
        }
        return null;
    }
}
