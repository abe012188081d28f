/**
 * The tracker's HTTP server, and the clients that ask trackers over HTTP and UDP. No class here
 * decides which peers an answer names.
 */
package murder.tracker.http;
