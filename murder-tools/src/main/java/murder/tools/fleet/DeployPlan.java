package murder.tools.fleet;

import java.util.Locale;
import murder.order.Archive;
import murder.order.Layout;
import murder.tools.cli.UsageException;

/**
 * The arguments of a task that gives orders. All are parsed before the first contact with a host.
 *
 * @param tag of the release; empty for a rollback to the one before
 * @param archive its form
 * @param source that the seeders pack, in the form of orders; null if nothing is packed
 * @param destination in the form of orders
 * @param layout of a release there
 * @param currentLink the link to the active release, empty for none, null for that of the last
 *     order
 * @param keep how many releases hosts keep, 0 for all
 * @param replace whether an existing release may be deleted
 * @param keepLinks whether symbolic links may lead anywhere
 * @param seedFor how long agents seed after the last order
 * @param tempPath for payloads on the hosts
 * @param timeoutNs how long hosts may take, 0 for the default
 * @param waves of the activation
 * @param gate command after each wave, empty for none
 * @param delta whether hosts that hold the active release get a patch
 */
record DeployPlan(String tag, Archive archive, Source source, String destination, Layout layout, String currentLink, int keep,
                  boolean replace, boolean keepLinks, String seedFor, String tempPath, long timeoutNs, String waves, String gate,
                  boolean delta) {
    /**
     * When the last order comes, all hosts have staged the release, so agents need not seed. They
     * only forward the order.
     */
    private static final String SEED_FOR = "3s";

    /** @throws UsageException if an argument is missing or wrong */
    static DeployPlan of(Task task, TaskArguments arguments) throws UsageException {
        boolean packs = task == Task.DEPLOY || task == Task.STAGE;
        Destination destination = arguments.destination();
        if (packs && arguments.isSet("do_not_download_torrent")) {
            throw new UsageException(task + " fetches no torrent; leave out do_not_download_torrent");
        }
        if (destination.isFile() && destination.noTagDirectory()) {
            throw new UsageException("path_is_file and no_tag_directory exclude each other");
        }
        boolean named = task != Task.ROLLBACK || arguments.hasTag() && !arguments.text("tag", "").isEmpty();
        Release release = named ? arguments.release() : null;
        Source source = packs ? arguments.source() : null;
        return new DeployPlan(named ? release.tag() : "", Archive.valueOf(arguments.archive().toUpperCase(Locale.ROOT)),
            source == null ? null : new Source(AgentCommands.path("files_path", source.filesPath()), source.isFile(), source.keepLinks()),
            AgentCommands.path("destination_path", destination.path()), destination.isFile() ? Layout.FILE
                : destination.noTagDirectory() ? Layout.BARE : Layout.TAG,
            arguments.currentLink(destination.path()), arguments.keep(), destination.replace(), destination.keepLinks(),
            destination.seedFor().isEmpty() ? SEED_FOR : destination.seedFor(), arguments.tempPath(), arguments.timeoutNs(),
            checkedWaves(arguments.text("waves", "")), arguments.text("gate", ""), arguments.delta());
    }

    private static String checkedWaves(String waves) throws UsageException {
        Wave.parse(waves, java.util.List.of("any"));
        return waves;
    }
}
