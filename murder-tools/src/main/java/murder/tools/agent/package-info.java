/**
 * The agent: one process on each host that carries out the newest order of its fleet.
 */
package murder.tools.agent;
