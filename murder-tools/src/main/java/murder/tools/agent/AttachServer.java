package murder.tools.agent;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import murder.order.SignedOrder;
import murder.tools.cli.HostReport;

/**
 * The socket to which programs attach, in a folder that only this user may enter. Each program has
 * two threads, and there are at most {@link #MAX_PROGRAMS} programs. A program that does not read
 * delays only itself.
 */
final class AttachServer implements Closeable {
    /** More than one control machine at a time is unusual. */
    static final int MAX_PROGRAMS = 16;
    private static final int BUFFER = 1 << 13;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** The agent, as an attached program sees it. */
    interface Door {
        /**
         * Submits an order and waits for the answer. Returns the reason of a refusal, or an empty
         * text.
         */
        String onOrder(byte[] signedOrder) throws InterruptedException;

        /**
         * Another process was started for the same fleet. Returns the line that it prints at its
         * end.
         */
        HostReport onHandOver(HandOver handOver) throws InterruptedException;
    }

    private final ServerSocketChannel server;
    private final Path socket;
    private final Board board;
    private final Door door;
    private final Set<ByteChannel> programs = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private AttachServer(ServerSocketChannel server, Path socket, Board board, Door door) {
        this.server = server;
        this.socket = socket;
        this.board = board;
        this.door = door;
    }

    /**
     * @param socket of an agent that has ended, or no file: the caller has the fleet's lock
     */
    static AttachServer start(Path socket, Board board, Door door) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        AttachServer attach = new AttachServer(channel, socket, board, door);
        attach.thread("agent-attach", attach::accept);
        return attach;
    }

    private void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** How many programs are attached. */
    int programs() {
        return programs.size();
    }

    private void accept() {
        while (!closed) {
            try {
                SocketChannel program = server.accept();
                if (programs.size() >= MAX_PROGRAMS) {
                    program.close();
                    continue;
                }
                programs.add(program);
                thread("agent-attached", () -> converse(program, true));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                System.err.println("murder: no program can attach any more: " + e);
                return;
            }
        }
    }

    /** Attaches a program whose channel is there already: the ssh that started this process. */
    void join(ByteChannel program) {
        programs.add(program);
        thread("agent-reports", () -> tell(program));
        thread("agent-attached", () -> converse(program, false));
    }

    /** @param comes whether the program has still to say what it wants */
    private void converse(ByteChannel program, boolean comes) {
        try (program) {
            Lines in = new Lines(program);
            String line = in.next();
            if (comes) {
                HandOver handOver = line == null ? null : HandOver.parse(line);
                if (handOver != null) {
                    write(program, door.onHandOver(handOver));
                    return;
                }
                if (AttachLine.LOOK.strip().equals(line)) {
                    look(program);
                    return;
                }
                thread("agent-reports", () -> tell(program));
            }
            for (; line != null; line = in.next()) {
                AttachLine parsed = AttachLine.parse(line);
                if (parsed == null || parsed.kind() == AttachLine.Kind.BYE) {
                    return;
                }
                if (parsed.kind() == AttachLine.Kind.ORDER) {
                    String refusal = door.onOrder(parsed.order());
                    if (!refusal.isEmpty()) {
                        writeOrder(program); // A newer one may be the reason.
                    }
                    write(program, HostReport.check(AttachLine.ORDER_CHECK, refusal.isEmpty(), refusal));
                }
            }
        } catch (IOException e) {
            return; // It went away.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            programs.remove(program);
        }
    }

    /**
     * Lines from a program. The streams of the JDK do not work here: a blocked read blocks writes,
     * too.
     */
    private static final class Lines {
        private final ByteChannel program;
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).flip();

        Lines(ByteChannel program) {
            this.program = program;
        }

        /** Null at the end of the input. @throws IOException if it is too long */
        String next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            while (true) {
                if (!buffer.hasRemaining()) {
                    int n = program.read(buffer.clear());
                    buffer.flip();
                    if (n < 0) {
                        return null;
                    }
                }
                while (buffer.hasRemaining()) {
                    byte next = buffer.get();
                    if (next == '\n') {
                        return line.toString(StandardCharsets.UTF_8);
                    }
                    if (line.size() >= HandOver.MAX_LENGTH) {
                        throw new IOException("a line is too long");
                    }
                    line.write(next);
                }
            }
        }
    }

    /** The present state. */
    private void look(ByteChannel program) throws IOException, InterruptedException {
        writeOrder(program);
        StringBuilder text = new StringBuilder();
        board.reader().next(Duration.ZERO).forEach(line -> text.append(line).append('\n'));
        write(program, text.toString());
        write(program, HostReport.result(Attach.TOLD));
    }

    /** The present order, if there is one. */
    private void writeOrder(ByteChannel program) throws IOException {
        SignedOrder order = board.order();
        if (order != null) {
            write(program, HostReport.order(order.order().serial(), order.bytes()));
        }
    }

    private void tell(ByteChannel program) {
        try {
            Board.Reader reader = board.reader();
            long serial = -1;
            while (program.isOpen() && !closed) {
                SignedOrder order = board.order();
                if (order != null && order.order().serial() > serial) {
                    serial = order.order().serial();
                    write(program, HostReport.order(serial, order.bytes()));
                }
                StringBuilder text = new StringBuilder();
                reader.next(LOOK_EVERY).forEach(line -> text.append(line).append('\n'));
                write(program, text.toString());
            }
        } catch (IOException e) {
            return; // It went away.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(ByteChannel program, HostReport report) throws IOException {
        write(program, report + "\n");
    }

    private static void write(ByteChannel program, String text) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        synchronized (program) {
            while (left.hasRemaining()) {
                program.write(left);
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        for (ByteChannel program : programs) {
            program.close();
        }
        Files.deleteIfExists(socket);
    }
}
