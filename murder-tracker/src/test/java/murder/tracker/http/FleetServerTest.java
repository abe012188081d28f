package murder.tracker.http;

import com.sun.net.httpserver.spi.HttpServerProvider;

/** On our own provider. */
class FleetServerTest extends FleetServerSuite {
    @Override
    HttpServerProvider provider() {
        return null;
    }
}
