/**
 * The agent: one process on each host that brings it to the state which the newest order of its
 * fleet says.
 */
package murder.tools.agent;
