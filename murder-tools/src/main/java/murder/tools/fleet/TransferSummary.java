package murder.tools.fleet;

import murder.tools.cli.Json;

/** What a task tells about its transfer at its end. */
interface TransferSummary {
    /**
     * @param wanted how many hosts were to get the release; it is told who has it if some have not
     */
    void tell(FleetView view, int wanted);

    /** Adds the figures, for programs. */
    void addTo(Json json);
}
