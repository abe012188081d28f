package murder.tracker.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that answers each connection with scripted bytes, valid HTTP or not. */
final class RawServer implements AutoCloseable {
    /** What is done once a request's head was read. */
    interface Script {
        void answer(String head, Socket socket) throws IOException;
    }

    final List<String> heads = new CopyOnWriteArrayList<>();
    private final ServerSocket listener;
    private final Thread thread;

    RawServer(Script script) throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        thread = new Thread(() -> serve(script), "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers every request with these bytes and closes. */
    static RawServer answering(byte[] reply) throws IOException {
        return new RawServer((head, socket) -> socket.getOutputStream().write(reply));
    }

    static RawServer answering(String reply) throws IOException {
        return answering(Text.latin1(reply));
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort() + "/announce";
    }

    int port() {
        return listener.getLocalPort();
    }

    private void serve(Script script) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                String head = head(socket.getInputStream());
                heads.add(head);
                script.answer(head, socket);
                socket.shutdownOutput();
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // The client hung up on a reply it did not like, or the test is over: the client's
                // side is what is looked at.
                continue;
            }
        }
    }

    /** What comes up to an empty line, with it. */
    static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        String text = "";
        while (!text.endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("no whole head");
            }
            head.write(b);
            text = head.toString(StandardCharsets.ISO_8859_1);
        }
        return text;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
