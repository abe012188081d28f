/**
 * The simulator: thousands of hosts in one thread and in virtual time, each of which runs the
 * product's own decisions. Only clock, network and storage are simulated.
 * {@link murder.engine.sim.Simulation} is the way in.
 */
package murder.engine.sim;
