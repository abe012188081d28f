package murder.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import murder.engine.Engine;
import murder.engine.EngineOptions;

/** Engines on loopback in this JVM: one that seeds, and some that receive. */
final class Fleet implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /**
     * Held, since the JDK forgets a logger's level with the logger: peers that leave are news to a
     * user, not here.
     */
    private static final Logger LOG = Logger.getLogger("murder");

    private final List<Engine> engines = new ArrayList<>();

    Fleet(int receivers) throws IOException {
        LOG.setLevel(Level.WARNING);
        for (int i = 0; i <= receivers; i++) {
            engines.add(Engine.start(EngineOptions.builder().bindAddress(LOOPBACK).seed(i + 1).build()));
        }
    }

    Engine seeder() {
        return engines.get(0);
    }

    /** @param index from 0 */
    Engine receiver(int index) {
        return engines.get(index + 1);
    }

    static InetSocketAddress address(Engine engine) {
        return new InetSocketAddress(LOOPBACK, engine.port());
    }

    /** The seeder and the receivers before this one: so each pair dials once. */
    List<InetSocketAddress> before(int receiver) {
        return engines.subList(0, receiver + 1).stream().map(Fleet::address).toList();
    }

    @Override
    public void close() {
        for (Engine engine : engines) {
            engine.close();
        }
    }
}
