package murder.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A tracker that tells of no peers, asks to be asked again after a second, and answers one announce
 * at a time, when the test says so.
 */
final class ScriptedTracker implements AutoCloseable {
    private static final String EMPTY = "d8:intervali1e5:peers0:e";

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private volatile boolean answersAll;

    /**
     * @param answersAll whether it answers at once, and not by {@link #answer} and {@link #refuse}
     */
    ScriptedTracker(boolean answersAll) throws IOException {
        this.answersAll = answersAll;
        Thread thread = new Thread(this::run, "scripted-tracker");
        thread.setDaemon(true);
        thread.start();
    }

    List<List<String>> tiers() {
        return List.of(List.of("http://127.0.0.1:" + server.getLocalPort() + "/announce"));
    }

    private void run() {
        try {
            while (true) {
                try (Socket socket = server.accept()) {
                    BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                    heard.add(in.readLine());
                    String answer = answersAll ? EMPTY : answers.take();
                    socket.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Length: " + answer.length() + "\r\n\r\n" + answer)
                        .getBytes(StandardCharsets.ISO_8859_1));
                }
            }
        } catch (SocketException e) {
            // Closed: the test is over.
            return;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void answer() {
        answers.add(EMPTY);
    }

    void refuse() {
        answers.add("d14:failure reason4:nopee");
    }

    void answerAllFromNowOn() {
        answersAll = true;
        answer();
    }

    /** The event of the next announce, or an empty string. */
    String nextEvent() throws InterruptedException {
        String line = nextAnnounce();
        int from = line.indexOf("&event=");
        return from < 0 ? "" : line.substring(from + 7).split("[& ]")[0];
    }

    /** The request line of the next announce. */
    String nextAnnounce() throws InterruptedException {
        String line = heard.poll(20, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("no announce came");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
