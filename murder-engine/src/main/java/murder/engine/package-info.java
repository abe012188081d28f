/** The engine's API: an {@code Engine} holds torrents, a {@code Torrent} moves one payload. */
package murder.engine;
