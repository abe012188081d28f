/**
 * The tasks of {@code murder fleet} and Capistrano on each host: packing, seeding, fetching and
 * putting a release in its place.
 */
package murder.tools.host;
