/** Tracker messages and the swarm table, pure. */
package murder.tracker;
