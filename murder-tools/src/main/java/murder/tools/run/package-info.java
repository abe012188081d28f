/**
 * What runs on a host: a tracker, a seeder or a peer, shared by the commands that people type and
 * those that a fleet sends.
 */
package murder.tools.run;
