/**
 * What {@code murder fleet} and the Capistrano tasks run on each host: packing, seeding, fetching
 * and putting a release in its place.
 */
package murder.tools.host;
