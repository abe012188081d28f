package murder.tools.fleet;

import murder.tools.cli.Json;

/** The summary of a task's transfer. */
interface TransferSummary {
    /**
     * @param wanted the number of hosts for the release; if some lack it, the summary names those
     *     that have it
     */
    void tell(FleetView view, int wanted);

    /** Adds the figures, for programs. */
    void addTo(Json json);
}
