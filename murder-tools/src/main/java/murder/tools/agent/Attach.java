package murder.tools.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import murder.tools.cli.CommandException;

/**
 * Connects standard input and output with the socket of the agent that runs here
 * ({@code agent --attach}). Ends when the agent ends the connection. It loads little and parses
 * nothing.
 */
public final class Attach {
    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final long LOOK_EVERY_MS = 10;
    private static final int BUFFER = 1 << 14;
    /** How 'look' ends. */
    static final String TOLD = "told";
    /**
     * How 'look' ends if no agent runs here; as {@link murder.tools.cli.HostReport} writes it,
     * which is not loaded for it.
     */
    private static final String NONE = "{\"type\":\"result\",\"result\":\"none\",\"ok\":true}";

    private Attach() {
    }

    /**
     * @param args {@code --fleet=NAME}, and {@code --look} to print what the agent knows now
     * instead of joining
     */
    public static void main(String[] args) {
        String fleet = "";
        boolean looks = false;
        for (String arg : args) {
            fleet = arg.startsWith("--fleet=") ? arg.substring("--fleet=".length()) : fleet;
            looks |= arg.equals("--look");
        }
        try {
            if (looks) {
                look(fleet);
            } else {
                run(fleet);
            }
            System.exit(0);
        } catch (CommandException | IOException e) {
            System.err.println("murder agent: " + e.getMessage());
        } catch (InterruptedException e) {
            System.err.println("murder agent: interrupted");
        }
        System.exit(1);
    }

    static void run(String fleet) throws CommandException, IOException, InterruptedException {
        SocketChannel agent = connect(AgentFolder.open(System.getenv(), fleet).socket(), fleet);
        write(agent, ByteBuffer.wrap(AttachLine.ATTACH.getBytes(StandardCharsets.US_ASCII)));
        Thread sender = new Thread("attach-in") {
            @Override
            public void run() {
                send(agent);
            }
        };
        sender.setDaemon(true);
        sender.start();
        copy(agent, System.out);
    }

    private static void look(String fleet) throws CommandException, IOException {
        SocketChannel agent;
        try {
            agent = SocketChannel.open(UnixDomainSocketAddress.of(AgentFolder.open(System.getenv(), fleet).socket()));
        } catch (IOException e) {
            System.out.println(NONE);
            return;
        }
        write(agent, ByteBuffer.wrap(AttachLine.LOOK.getBytes(StandardCharsets.US_ASCII)));
        copy(agent, System.out);
    }

    /** All that the agent says, until it ends the connection. */
    static void copy(SocketChannel agent, OutputStream out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (agent.read(buffer) >= 0) {
            out.write(buffer.array(), 0, buffer.position());
            out.flush();
            buffer.clear();
        }
    }

    private static void write(SocketChannel agent, ByteBuffer left) throws IOException {
        while (left.hasRemaining()) {
            agent.write(left);
        }
    }

    /** The agent may have been started at the same moment. */
    static SocketChannel connect(Path socket, String fleet) throws CommandException, InterruptedException {
        long startNs = System.nanoTime();
        while (true) {
            try {
                return SocketChannel.open(UnixDomainSocketAddress.of(socket));
            } catch (IOException e) {
                if (System.nanoTime() - startNs > PATIENCE_NS) {
                    throw CommandException.failed("no agent of the fleet " + fleet + " runs here (" + socket + ": " + e.getMessage() + ")",
                        e);
                }
            }
            Thread.sleep(LOOK_EVERY_MS);
        }
    }

    private static void send(SocketChannel agent) {
        byte[] bytes = new byte[BUFFER];
        try {
            for (int n = System.in.read(bytes); n >= 0; n = System.in.read(bytes)) {
                write(agent, ByteBuffer.wrap(bytes, 0, n));
            }
            agent.shutdownOutput();
        } catch (IOException e) {
            return; // The agent ended the connection; the other thread sees that too.
        }
    }
}
