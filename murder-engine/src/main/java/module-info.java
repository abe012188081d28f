/** The BitTorrent engine: swarm decisions (pure), storage, and the API that joins them to sockets and trackers. */
module murder.engine {
    requires transitive murder.tracker;

    exports murder.engine;
}
