package murder.tools.agent;

/**
 * Names a release on a host.
 *
 * @param destination as the order writes it
 * @param tag of the release
 */
record ReleaseKey(String destination, String tag) {
}
