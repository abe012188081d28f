/**
 * Benchmarks of package-private decisions. They are compiled and run on the class path, where a
 * package may have two places. So the modules of the product need not open packages.
 */
package murder.engine.swarm;
