/** The announce and scrape protocol: swarm table (pure), HTTP server, HTTP and UDP clients. */
module murder.tracker {
    requires transitive jdk.httpserver;
    requires transitive murder.wire;

    exports murder.tracker;
    exports murder.tracker.http;
}
