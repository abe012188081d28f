package murder.tracker.http;

import com.sun.net.httpserver.spi.HttpServerProvider;

/** On our own provider. */
class LivePageTest extends LivePageSuite {
    @Override
    HttpServerProvider provider() {
        return null;
    }
}
