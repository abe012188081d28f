/**
 * The tracker's HTTP server, and the clients that ask trackers over HTTP and UDP. Nothing here
 * decides who gets which peers.
 */
package murder.tracker.http;
