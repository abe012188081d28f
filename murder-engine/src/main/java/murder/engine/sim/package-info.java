/**
 * The simulator: thousands of hosts in one thread and in virtual time. Each host runs the product's
 * own decisions. Only clock, network and storage are simulated.
 * {@link murder.engine.sim.Simulation} is the entry point.
 */
package murder.engine.sim;
