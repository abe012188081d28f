package murder.tracker.http;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One page in a Chromium without a window, driven by the DevTools protocol. For one thread. */
final class Browser implements Closeable {
    private static final long PATIENCE_S = 60;
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/.*");
    private static final Pattern PAGE = Pattern.compile("\"webSocketDebuggerUrl\": *\"(ws:[^\"]+)\"");
    private static final Pattern ID = Pattern.compile("^\\{\"id\":(\\d+)");
    private static final Pattern VALUE = Pattern.compile("\"value\":\"((?:[^\"\\\\]++|\\\\.)*+)\"");

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    private WebSocket page;
    private int commands;

    /** @param profile a folder of its own, which it fills */
    Browser(Path profile) throws Exception {
        process = new ProcessBuilder("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            String address = address();
            HttpRequest open = HttpRequest.newBuilder(URI.create("http://" + address + "/json/new?about:blank"))
                .PUT(HttpRequest.BodyPublishers.noBody()).build();
            Matcher opened = PAGE.matcher(client.send(open, HttpResponse.BodyHandlers.ofString()).body());
            if (!opened.find()) {
                throw new IOException("chromium opens no page");
            }
            page = client.newWebSocketBuilder().buildAsync(URI.create(opened.group(1)), new Answers()).get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private String address() throws IOException {
        BufferedReader err = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = err.readLine(); line != null; line = err.readLine()) {
            Matcher listening = LISTENING.matcher(line);
            if (listening.matches()) {
                Thread drain = new Thread(() -> err.lines().forEach(said -> { }));
                drain.setDaemon(true);
                drain.start();
                return listening.group(1);
            }
        }
        throw new IOException("chromium ended at once");
    }

    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                Matcher id = ID.matcher(text);
                CompletableFuture<String> waiting = id.find() ? answers.remove(Integer.valueOf(id.group(1))) : null;
                if (waiting != null) {
                    waiting.complete(text.toString());
                }
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }

    /**
     * Gives a command and waits for its answer.
     *
     * @param parameters the members of an object, as JSON
     */
    String command(String method, String parameters) throws Exception {
        int id = ++commands;
        CompletableFuture<String> answer = new CompletableFuture<>();
        answers.put(id, answer);
        page.sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + parameters + "}}", true)
            .get(PATIENCE_S, TimeUnit.SECONDS);
        String said = answer.get(PATIENCE_S, TimeUnit.SECONDS);
        if (said.contains("\"error\":{") || said.contains("\"exceptionDetails\"")) {
            throw new IOException(method + ": " + said);
        }
        return said;
    }

    /** Opens an address. */
    void open(String url) throws Exception {
        command("Page.navigate", "\"url\":\"" + url + "\"");
    }

    /**
     * What an expression is, as a string; waits for a promise.
     *
     * @param expression without quotes, but with apostrophes
     */
    String evaluate(String expression) throws Exception {
        String said = command("Runtime.evaluate", "\"awaitPromise\":true,\"expression\":\"Promise.resolve(" + expression
            + ").then(String)\"");
        Matcher value = VALUE.matcher(said);
        if (!value.find()) {
            throw new IOException(expression + ": " + said);
        }
        return value.group(1).replace("\\\"", "\"").replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\");
    }

    /** Waits until a condition holds. */
    void await(String condition) throws Exception {
        evaluate("new Promise(done => { const look = () => (" + condition + ") ? done('') : setTimeout(look, 50); look(); })");
    }

    @Override
    public void close() {
        if (page != null) {
            page.abort();
        }
        // All of them write to the profile, which is removed next.
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(one -> one.onExit().orTimeout(PATIENCE_S, TimeUnit.SECONDS).join());
    }
}
