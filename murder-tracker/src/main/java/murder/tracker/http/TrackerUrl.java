package murder.tracker.http;

import java.util.Locale;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;

/**
 * The parts of a tracker's URL.
 *
 * @param scheme {@code http}, {@code https} or {@code udp}
 * @param host a name or an address, an IPv6 one without brackets
 * @param port 1 to 65535
 * @param path begins with a slash, or is empty for {@code udp}
 * @param query the text after the question mark, or empty
 */
record TrackerUrl(String scheme, String host, int port, String path, String query) {
    private static final int MAX_LENGTH = 4096;

    boolean isUdp() {
        return scheme.equals("udp");
    }

    boolean isHttps() {
        return scheme.equals("https");
    }

    /**
     * @throws TrackerException with {@link Reason#BAD_URL}, or {@link Reason#UNSUPPORTED} for
     *     another scheme
     */
    static TrackerUrl parse(String url) throws TrackerException {
        if (url.length() > MAX_LENGTH) {
            throw bad("a URL of " + url.length() + " characters", "at most " + MAX_LENGTH + " are allowed");
        }
        for (int i = 0; i < url.length(); i++) {
            if (url.charAt(i) <= ' ' || url.charAt(i) > '~') {
                throw bad(Text.printable(url, 200), "character " + i + " is no printable ASCII");
            }
        }
        int colon = url.indexOf("://");
        if (colon <= 0) {
            throw bad(url, "it has no scheme such as http://");
        }
        String scheme = url.substring(0, colon).toLowerCase(Locale.ROOT);
        int defaultPort = switch (scheme) {
            case "http" -> 80;
            case "https" -> 443;
            case "udp" -> 0;
            default -> throw new TrackerException(Reason.UNSUPPORTED, "trackers of scheme " + scheme + " are not supported: " + url);
        };
        int fragment = url.indexOf('#');
        String rest = url.substring(colon + 3, fragment < 0 ? url.length() : Math.max(fragment, colon + 3));
        int end = 0;
        while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
            end++;
        }
        String authority = rest.substring(0, end);
        String target = rest.substring(end);
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        if (path.isEmpty() && defaultPort != 0) {
            path = "/";
        }
        if (authority.indexOf('@') >= 0) {
            throw bad(url, "a user name before the host is not supported");
        }
        int portColon = authority.lastIndexOf(':');
        if (portColon < authority.lastIndexOf(']')) {
            portColon = -1;
        }
        String host = portColon < 0 ? authority : authority.substring(0, portColon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw bad(url, "an IPv6 address needs brackets");
        }
        if (host.isEmpty()) {
            throw bad(url, "it names no host");
        }
        return new TrackerUrl(scheme, host, port(url, portColon < 0 ? "" : authority.substring(portColon + 1), defaultPort), path, query);
    }

    /** The target of an HTTP request, with further parameters after those of the URL. */
    String target(String parameters) {
        String all = query.isEmpty() || parameters.isEmpty() || query.endsWith("&") ? query + parameters : query + "&" + parameters;
        return all.isEmpty() ? path : path + "?" + all;
    }

    /** The value of an HTTP {@code Host} header. */
    String hostHeader() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (isHttps() ? 443 : 80) ? name : name + ":" + port;
    }

    /**
     * The URL of a scrape: at the beginning of the path's last element {@code announce} becomes
     * {@code scrape} (BEP 48).
     *
     * @throws TrackerException with {@link Reason#UNSUPPORTED} if it begins with anything else
     */
    TrackerUrl scrape() throws TrackerException {
        return sibling("scrape");
    }

    /** The URL of the board of a fleet, made like {@link #scrape}. */
    TrackerUrl fleet() throws TrackerException {
        return sibling("fleet");
    }

    private TrackerUrl sibling(String what) throws TrackerException {
        int slash = path.lastIndexOf('/');
        if (!path.startsWith("announce", slash + 1)) {
            throw new TrackerException(Reason.UNSUPPORTED, "no " + what + " at a tracker whose path does not end in /announce: " + this);
        }
        String siblingPath = path.substring(0, slash + 1) + what + path.substring(slash + 1 + "announce".length());
        return new TrackerUrl(scheme, host, port, siblingPath, query);
    }

    /**
     * The target of a redirect.
     *
     * @throws TrackerException with {@link Reason#BAD_REDIRECT} if that is no HTTP
     */
    TrackerUrl redirect(String location) throws TrackerException {
        String absolute = location;
        if (location.startsWith("//")) {
            absolute = scheme + ":" + location;
        } else if (location.startsWith("/")) {
            absolute = scheme + "://" + hostHeader() + location;
        } else if (location.indexOf("://") < 0) {
            absolute = scheme + "://" + hostHeader() + path.substring(0, path.lastIndexOf('/') + 1) + location;
        }
        try {
            TrackerUrl target = parse(absolute);
            if (!target.isUdp()) {
                return target;
            }
        } catch (TrackerException e) {
            throw new TrackerException(Reason.BAD_REDIRECT, "redirected to what cannot be followed: " + e.getMessage());
        }
        throw new TrackerException(Reason.BAD_REDIRECT, "redirected from " + this + " to " + absolute);
    }

    @Override
    public String toString() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return scheme + "://" + name + ":" + port + target("");
    }

    private static int port(String url, String text, int defaultPort) throws TrackerException {
        if (text.isEmpty()) {
            if (defaultPort == 0) {
                throw bad(url, "a udp tracker needs a port");
            }
            return defaultPort;
        }
        int port = 0;
        for (int i = 0; i < text.length() && port <= 0xffff; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                throw bad(url, "its port is no number");
            }
            port = port * 10 + c - '0';
        }
        if (port < 1 || port > 0xffff) {
            throw bad(url, "its port is not in 1..65535");
        }
        return port;
    }

    private static TrackerException bad(String url, String why) {
        return new TrackerException(Reason.BAD_URL, "bad tracker URL " + url + ": " + why);
    }
}
