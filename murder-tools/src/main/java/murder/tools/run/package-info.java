/**
 * The processes on a host: trackers, seeders and peers. Commands of people and of fleets share
 * them.
 */
package murder.tools.run;
