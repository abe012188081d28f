/**
 * The BitTorrent engine: swarm decisions (pure), storage, the API that joins them to sockets and
 * trackers, and the simulator.
 */
module murder.engine {
    requires transitive murder.tracker;
    requires static jdk.jfr;

    exports murder.engine;
    exports murder.engine.sim;
}
