package murder.tracker.http;

import com.sun.net.httpserver.spi.HttpServerProvider;

/** On the JDK's provider. */
class FleetServerOnJdkTest extends FleetServerSuite {
    @Override
    HttpServerProvider provider() {
        return JdkProvider.get();
    }
}
