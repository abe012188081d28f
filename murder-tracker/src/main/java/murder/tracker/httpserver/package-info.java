/** A small provider of {@code com.sun.net.httpserver}. It knows nothing of trackers. */
package murder.tracker.httpserver;
