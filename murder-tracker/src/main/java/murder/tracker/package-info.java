/**
 * Tracker messages, the swarm table and the order in which trackers are asked. All classes are
 * pure: they get time and random numbers from the caller. So the same classes serve the real
 * tracker and a simulated one.
 */
package murder.tracker;
