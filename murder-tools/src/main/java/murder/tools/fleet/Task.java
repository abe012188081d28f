package murder.tools.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tasks, in the original's order. */
enum Task {
    DISTRIBUTE_FILES, START_TRACKER, STOP_TRACKER, CREATE_TORRENT, DOWNLOAD_TORRENT, START_SEEDING, STOP_SEEDING, STOP_ALL_SEEDING,
    PEER, STOP_PEERING, STOP_ALL_PEERING, CLEAN_TEMP_FILES, DEPLOY, STAGE, ACTIVATE, ROLLBACK, RELEASES, AGENTS, START_AGENTS, STOP_AGENTS,
    KEYS, CHECK, STATUS,
    /** Parts of deploy and stage, which nobody asks for by themselves. */
    PREPARE_UPLOAD, UPLOAD;

    /** Whether agents do it, by orders. */
    boolean isByOrder() {
        return this == DEPLOY || this == STAGE || this == ACTIVATE || this == ROLLBACK;
    }

    /** Whether it changes nothing. */
    boolean isLook() {
        return this == CHECK || this == STATUS || this == RELEASES || this == AGENTS;
    }

    private final String text = name().toLowerCase(Locale.ROOT);

    private boolean isPart() {
        return this == PREPARE_UPLOAD || this == UPLOAD;
    }

    /** The text of a task. */
    @Override
    public String toString() {
        return text;
    }

    /** Null if there is no such task. */
    static Task of(String text) {
        for (Task task : values()) {
            if (!task.isPart() && task.text.equals(text)) {
                return task;
            }
        }
        return null;
    }

    static String list() {
        List<String> names = new ArrayList<>();
        for (Task task : values()) {
            if (!task.isPart()) {
                names.add(task.text);
            }
        }
        return String.join(", ", names);
    }
}
