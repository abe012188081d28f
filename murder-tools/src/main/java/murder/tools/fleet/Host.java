package murder.tools.fleet;

import java.util.List;
import murder.tools.cli.UsageException;

/**
 * A host in the form of ssh.
 *
 * @param user empty for ssh's own choice
 * @param name a name, an alias of ssh's configuration, or an address; an IPv6 address without its
 *     brackets
 * @param port 0 for ssh's own choice
 */
record Host(String user, String name, int port) {
    private static final String NAME_SIGNS = "._-";
    private static final String IPV6_SIGNS = ":.%_-";

    /**
     * @param text {@code host}, {@code user@host}, {@code host:port}, {@code user@[IPv6]:port} …
     */
    static Host parse(String text) throws UsageException {
        int at = text.lastIndexOf('@');
        String user = text.substring(0, Math.max(0, at));
        if (at == 0 || !isMadeOf(user, NAME_SIGNS + "$\\@") || user.startsWith("-")) {
            throw wrong(text, "its user is not a name");
        }
        String rest = text.substring(at + 1);
        if (rest.startsWith("[")) {
            int end = rest.indexOf(']');
            String address = end < 0 ? "" : rest.substring(1, end);
            if (address.indexOf(':') < 0 || address.startsWith("-") || !isMadeOf(address, IPV6_SIGNS)) {
                throw wrong(text, "brackets hold an IPv6 address, as in [fd00::1]:22");
            }
            return new Host(user, address, port(text, rest.substring(end + 1)));
        }
        int colon = rest.indexOf(':');
        if (colon >= 0 && rest.indexOf(':', colon + 1) >= 0) {
            throw wrong(text, "an IPv6 address needs brackets, as in [fd00::1]");
        }
        String name = colon < 0 ? rest : rest.substring(0, colon);
        if (name.isEmpty() || name.startsWith("-") || !isMadeOf(name, NAME_SIGNS)) {
            throw wrong(text, "a host's name is made of letters, digits, '.', '-' and '_'");
        }
        return new Host(user, name, port(text, colon < 0 ? "" : rest.substring(colon)));
    }

    private static int port(String text, String colonAndPort) throws UsageException {
        if (colonAndPort.isEmpty()) {
            return 0;
        }
        try {
            int port = colonAndPort.charAt(0) == ':' ? Integer.parseInt(colonAndPort.substring(1)) : -1;
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw wrong(text, "its port is no number");
        }
        throw wrong(text, "its port is not from 1 to 65535");
    }

    private static boolean isMadeOf(String text, String signs) {
        return text.codePoints().allMatch(c -> Character.isLetterOrDigit(c) || signs.indexOf(c) >= 0);
    }

    private static UsageException wrong(String text, String why) {
        return new UsageException("'" + text + "' is not a host: " + why);
    }

    /**
     * The arguments by which ssh finds this host, the last one its name. A name never looks like an
     * option.
     */
    void addTo(List<String> command) {
        if (port != 0) {
            command.add("-p");
            command.add(Integer.toString(port));
        }
        if (!user.isEmpty()) {
            command.add("-l");
            command.add(user);
        }
        command.add(name);
    }

    // By hand: the first call of a generated method of a record takes 20 ms in a new JVM.

    @Override
    public boolean equals(Object other) {
        return other instanceof Host host && name.equals(host.name) && user.equals(host.user) && port == host.port;
    }

    @Override
    public int hashCode() {
        return name.hashCode() * 31 + port;
    }

    /** The text in the configuration. */
    @Override
    public String toString() {
        return (user.isEmpty() ? "" : user + "@") + (name.indexOf(':') < 0 ? name : "[" + name + "]") + (port == 0 ? "" : ":" + port);
    }
}
