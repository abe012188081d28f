/**
 * Benchmarks of decisions that their own package alone can reach. They are compiled and run on the
 * class path, where a package may lie in two places; the modules of the product open nothing for
 * them.
 */
package murder.engine.swarm;
