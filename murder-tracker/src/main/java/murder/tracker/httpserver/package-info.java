/** A small provider of {@code com.sun.net.httpserver}. It does not know trackers. */
package murder.tracker.httpserver;
