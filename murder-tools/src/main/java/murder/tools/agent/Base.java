package murder.tools.agent;

import murder.order.Content;

/**
 * The release that is active at a destination, as the base of patches.
 *
 * @param key which release
 * @param content of the place when it was looked at
 * @param isIntact whether it is unchanged since it was put there
 * @param isLooking whether that is being found out
 */
record Base(ReleaseKey key, Content content, boolean isIntact, boolean isLooking) {
}
