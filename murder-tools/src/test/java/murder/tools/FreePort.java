package murder.tools;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A free port on all addresses, for programs that cannot take a free one by themselves. It lies
 * below the range of Linux for outgoing connections (32768 to 60999). A connection of another test
 * could take a port of that range before the program does.
 */
public final class FreePort {
    private static final int FIRST = 10_000;
    private static final int COUNT = 22_000;
    /** Tests in other processes begin elsewhere. */
    private static final AtomicInteger NEXT = new AtomicInteger((int) (ProcessHandle.current().pid() * 101 % COUNT));

    private FreePort() {}

    /** No two calls return the same port soon after each other. */
    public static int next() throws IOException {
        while (true) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (ServerSocket free = new ServerSocket()) {
                free.bind(new InetSocketAddress(port));
                return port;
            } catch (BindException e) {
                continue; // Taken.
            }
        }
    }
}
