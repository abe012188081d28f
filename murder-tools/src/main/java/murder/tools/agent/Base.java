package murder.tools.agent;

import murder.order.Content;

/**
 * The release that is active at a destination, as the base of patches.
 *
 * @param key which release
 * @param content of the place when it was read
 * @param manifest its hash, as in {@code murder.delta.Manifest.toString()}; empty while it is read,
 *     and if it is unreadable
 * @param isLooking whether it is being read
 */
record Base(ReleaseKey key, Content content, String manifest, boolean isLooking) {
}
