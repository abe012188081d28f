package murder.tools.fleet;

import murder.tools.cli.CommandException;
import murder.tools.cli.Quantities;
import murder.tools.cli.UsageException;
import murder.tracker.AddressRange;

/**
 * The addresses, ports and limits of seeders and peers, and who may join them.
 *
 * @param announceAddress at which other hosts reach each of them, with {@code %h} for the host's
 *     name; empty for the one that the tracker sees
 * @param trusted ranges of hosts, separated by commas, that may announce other addresses; empty for
 * none
 * @param port that they listen on; 0 for any. A peer on a seeder's host takes the next one.
 * @param uploadLimit such as {@code 200Mbit}, empty for none
 * @param downloadLimit empty for none
 * @param open whether strangers may take part in the payload swarms of deploys
 * @param tls whether agents talk TLS with each other, which strangers cannot
 */
record Transfer(String announceAddress, String trusted, int port, String uploadLimit, String downloadLimit, boolean open, boolean tls) {
    static Transfer of(ConfigFile file) throws CommandException {
        return new Transfer(file.parsed("announce_address", "", Transfer::address), file.parsed("trust_ip", "", Transfer::ranges),
            file.parsed("peer_port", "0", Transfer::port), file.parsed("upload_limit", "", Transfer::rate),
            file.parsed("download_limit", "", Transfer::rate), file.parsed("open", "", text -> TaskArguments.flag("open", text)),
            file.parsed("tls", "", text -> TaskArguments.flag("tls", text)));
    }

    /** The arguments of a task override this. */
    Transfer with(TaskArguments arguments) throws UsageException {
        boolean isOpen = arguments.isSet("open", open);
        boolean isTls = arguments.isSet("tls", tls);
        if (isOpen && isTls) {
            throw new UsageException("open and tls exclude each other: strangers have no certificate of the fleet");
        }
        return new Transfer(named("announce_address", arguments, announceAddress, Transfer::address),
            named("trust_ip", arguments, trusted, Transfer::ranges),
            named("peer_port", arguments, Integer.toString(port), Transfer::port),
            named("upload_limit", arguments, uploadLimit, Transfer::rate),
            named("download_limit", arguments, downloadLimit, Transfer::rate), isOpen, isTls);
    }

    private static <T> T named(String name, TaskArguments arguments, String otherwise, ConfigFile.Parser<T> parser)
        throws UsageException {
        try {
            return parser.parse(arguments.text(name, otherwise));
        } catch (UsageException e) {
            throw new UsageException(name + ": " + e.getMessage());
        }
    }

    private static int port(String text) throws UsageException {
        // A peer on a seeder's host needs the next one.
        return FleetConfig.number(text, 0, 65534);
    }

    private static String rate(String text) throws UsageException {
        if (!text.isEmpty()) {
            Quantities.rate(text);
        }
        return text;
    }

    private static String address(String text) throws UsageException {
        if (!text.isEmpty() && !text.replace("%h", "host").matches("[0-9A-Za-z:][0-9A-Za-z_.:-]*")) {
            throw new UsageException("'" + text + "' is neither an address nor a name; %h stands for the host's name");
        }
        return text;
    }

    private static String ranges(String text) throws UsageException {
        for (String each : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            if (AddressRange.parse(each.strip()) == null) {
                throw new UsageException("'" + each + "' is no range of addresses, such as 10.1.0.0/16 or fd00::/8");
            }
        }
        return text.replace(" ", "");
    }
}
