/**
 * Tracker messages, the swarm table and the order in which trackers are asked. All of it is pure:
 * no socket, clock, thread or randomness but what is passed in, so that the same classes serve the
 * real tracker and a simulated one.
 */
package murder.tracker;
