package murder.tools.host;

import java.util.Locale;
import murder.tools.cli.Arguments;
import murder.tools.cli.UsageException;

/** How a payload travels. */
enum Archive {
    /** One file, compressed. */
    TGZ,
    /** One file, not compressed: on a fast network gzip takes longer than the swarm. */
    TAR,
    /** File by file. */
    TREE;

    static Archive parse(Arguments arguments) throws UsageException {
        String text = arguments.text("--archive", "tgz");
        for (Archive archive : values()) {
            if (archive.word().equals(text)) {
                return archive;
            }
        }
        throw new UsageException("--archive takes tgz, tar or tree, not '" + text + "'");
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
