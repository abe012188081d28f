package murder.tools.agent;

/**
 * Names a release on a host.
 *
 * @param destination as the order writes it
 * @param tag of the release
 */
record ReleaseKey(String destination, String tag) {
    /** Written out: what the JDK makes of a record costs each start of an agent some milliseconds. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ReleaseKey that && destination.equals(that.destination) && tag.equals(that.tag);
    }

    @Override
    public int hashCode() {
        return 31 * destination.hashCode() + tag.hashCode();
    }

    @Override
    public String toString() {
        return destination + "/" + tag;
    }
}
