package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;

/** Serves the .torrent files of the directory, so that hosts can fetch them here. */
final class TorrentHandler implements HttpHandler {
    static final String PATH = "/torrents/";
    private static final byte[] NOT_FOUND = Text.latin1("the tracker serves no such torrent\n");

    private final AllowedTorrents torrents;

    TorrentHandler(AllowedTorrents torrents) {
        this.torrents = torrents;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] torrent = path.startsWith(PATH) ? torrents.read(path.substring(PATH.length())) : null;
        if (torrent == null) {
            Answer.send(exchange, 404, Answer.TEXT, NOT_FOUND);
        } else {
            Answer.send(exchange, 200, Answer.TORRENT, torrent);
        }
    }
}
