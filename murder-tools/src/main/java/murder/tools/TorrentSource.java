package murder.tools;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.engine.TorrentOptions;
import murder.metainfo.InfoHash;
import murder.metainfo.Magnet;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.tools.cli.CommandException;
import murder.tools.cli.UsageException;
import murder.tools.run.TrackerUrls;

/**
 * The argument TORRENT: a file, its URL, or a magnet link.
 *
 * @param text as {@code status} shows it: the file's absolute path, the URL or the link
 * @param metainfo null for a magnet link
 * @param magnet null for a file
 */
record TorrentSource(String text, Metainfo metainfo, Magnet magnet) {
    private static final int URL_TIMEOUT_MS = 10_000;
    /**
     * One and a half times the torrent of 150,000 files with long names. The peer reserves the
     * memory before it fetches the torrent.
     */
    static final int MAX_DOWNLOAD = 32 << 20;

    static TorrentSource open(String text) throws CommandException, IOException, UsageException {
        if (Magnet.isMagnet(text)) {
            return new TorrentSource(text, null, ofLink(text));
        }
        return text.startsWith("http://") || text.startsWith("https://") ? ofUrl(text) : ofFile(text);
    }

    /** For example from a tracker with {@code --allow}. */
    private static TorrentSource ofUrl(String url) throws CommandException, IOException {
        HttpURLConnection connection = (HttpURLConnection) address(url).openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(URL_TIMEOUT_MS);
        connection.setReadTimeout(URL_TIMEOUT_MS);
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw CommandException.failed(url + " answers with status " + connection.getResponseCode()
                    + "; is the file still in the tracker's --allow directory?");
            }
            try (InputStream in = connection.getInputStream()) {
                byte[] bytes = in.readNBytes(MAX_DOWNLOAD + 1);
                if (bytes.length > MAX_DOWNLOAD) {
                    throw CommandException.failed(url + " sends more than " + (MAX_DOWNLOAD >> 20)
                        + " MiB; if it is a torrent, fetch it by another program and name the file");
                }
                return new TorrentSource(url, Metainfo.parse(bytes), null);
            }
        } catch (MetainfoException e) {
            throw CommandException.failed(url + " is no valid torrent: " + e.getMessage(), e);
        } finally {
            connection.disconnect();
        }
    }

    private static URL address(String url) throws CommandException {
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null) {
                return uri.toURL();
            }
        } catch (URISyntaxException | MalformedURLException e) {
            throw CommandException.failed("'" + url + "' is no URL: " + e.getMessage(), e);
        }
        throw CommandException.failed("'" + url + "' is no URL: it names no host");
    }

    /** The link with complete announce URLs and resolved peers. */
    private static Magnet ofLink(String text) throws UsageException {
        Magnet magnet;
        try {
            magnet = Magnet.parse(text);
        } catch (MetainfoException e) {
            throw new UsageException(e.getMessage());
        }
        List<List<String>> trackers = new ArrayList<>();
        for (List<String> tier : magnet.trackers()) {
            trackers.addAll(tracker(tier.get(0)));
        }
        List<InetSocketAddress> peers = new ArrayList<>();
        for (InetSocketAddress peer : magnet.peers()) {
            InetSocketAddress resolved = new InetSocketAddress(peer.getHostString(), peer.getPort());
            if (resolved.isUnresolved()) {
                throw new UsageException("magnet link: cannot resolve the name of the peer '" + peer.getHostString() + "'");
            }
            peers.add(resolved);
        }
        if (trackers.isEmpty() && peers.isEmpty()) {
            throw new UsageException("magnet link: it names neither a tracker (tr=URL) nor a peer (x.pe=HOST:PORT)");
        }
        return new Magnet(magnet.infoHash(), magnet.infoSha256(), magnet.name(), trackers, peers);
    }

    private static List<List<String>> tracker(String url) throws UsageException {
        try {
            // A comma would separate tiers.
            return TrackerUrls.parse(url.replace(",", "%2C"));
        } catch (UsageException e) {
            throw new UsageException("magnet link: " + e.getMessage());
        }
    }

    static TorrentSource ofFile(String text) throws CommandException, IOException {
        Path file = Path.of(text).toAbsolutePath();
        try {
            return new TorrentSource(file.toString(), Metainfo.read(file), null);
        } catch (MetainfoException e) {
            throw CommandException.failed(file + " is no valid torrent: " + e.getMessage() + "; create it again with 'murder create'", e);
        }
    }

    /** The torrent's name, known before the metadata is there. */
    String name() {
        return metainfo == null ? magnet.name() : metainfo.name();
    }

    InfoHash infoHash() {
        return metainfo == null ? magnet.infoHash() : metainfo.infoHash();
    }

    List<List<String>> trackers() {
        return metainfo == null ? magnet.trackers() : metainfo.trackers();
    }

    /**
     * The destination whose route decides which address this host announces; null if the torrent
     * names none.
     */
    InetSocketAddress contact() {
        InetSocketAddress tracker = TrackerUrls.first(trackers());
        return tracker == null && magnet != null && !magnet.peers().isEmpty() ? magnet.peers().get(0) : tracker;
    }

    TorrentOptions.Builder download(Path path) {
        return metainfo == null ? TorrentOptions.fetch(magnet.infoHash(), path).infoSha256(magnet.infoSha256())
                .trackers(magnet.trackers()).peers(magnet.peers())
            : TorrentOptions.download(metainfo, path);
    }
}
