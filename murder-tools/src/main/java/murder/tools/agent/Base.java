package murder.tools.agent;

import murder.order.Content;

/**
 * What this host knows of the release that is active at a destination, from which patches may lead to the next one.
 *
 * @param key which release
 * @param content that was in the place when it was looked at
 * @param manifest its hash, as {@code murder.delta.Manifest.toString()} has it; empty while it is looked at, and if it cannot be read
 * @param isLooking whether it is being looked at
 */
record Base(ReleaseKey key, Content content, String manifest, boolean isLooking) {
}
