package murder.tools.fleet;

import murder.tools.cli.UsageException;

/**
 * What a deploy needs of its arguments. It is parsed as a whole before any host is asked for anything.
 *
 * @param release its tag, and how it travels
 * @param source what the seeders pack
 * @param destination where it goes
 */
record DeployPlan(Release release, Source source, Destination destination) {
    /** @throws UsageException if an argument is missing or wrong */
    static DeployPlan of(TaskArguments arguments) throws UsageException {
        DeployPlan plan = new DeployPlan(arguments.release(), arguments.source(), arguments.destination());
        if (arguments.isSet("do_not_download_torrent")) {
            throw new UsageException("deploy needs the torrent here; leave out do_not_download_torrent");
        }
        return plan;
    }

    /** The place on the hosts that must be free; empty if any content may be replaced, or if only the torrent names the place. */
    String target() {
        if (destination.replace() || release.isTree() && destination.isFile()) {
            return "";
        }
        if (destination.isFile()) {
            return destination.path() + "/" + release.payloadName();
        }
        return destination.noTagDirectory() ? destination.path() : destination.path() + "/" + release.tag();
    }
}
