package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceRequest;
import murder.tracker.TrackerException;

/** Answers announces (BEP 3, 7, 23). A refusal is an answer, too: status 200 and a failure reason. */
final class AnnounceHandler implements HttpHandler {
    private final SharedTable table;

    AnnounceHandler(SharedTable table) {
        this.table = table;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Answer.send(exchange, 200, Answer.TEXT, answer(exchange.getRequestURI().getRawQuery(), exchange.getRemoteAddress()));
    }

    private byte[] answer(String query, InetSocketAddress remote) {
        try {
            AnnounceRequest request = AnnounceQuery.parse(Query.parse(query));
            PeerAddress source = PeerAddress.of(remote.getAddress().getAddress(), remote.getPort());
            return Replies.announce(request, table.announce(request, source));
        } catch (TrackerException e) {
            return Replies.failure(e.getMessage());
        }
    }
}
