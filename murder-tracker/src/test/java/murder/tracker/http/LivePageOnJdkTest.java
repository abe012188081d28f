package murder.tracker.http;

import com.sun.net.httpserver.spi.HttpServerProvider;

/** On the JDK's provider. */
class LivePageOnJdkTest extends LivePageSuite {
    @Override
    HttpServerProvider provider() {
        return JdkProvider.get();
    }
}
