package murder.benchmarks.bed;

import java.nio.file.Path;

/**
 * The programs for the clients.
 *
 * @param java of the bed's own JDK
 * @param jar {@code murder-tools.jar}
 * @param python with the module libtorrent; null if no client needs it
 * @param jars folder with the jars of other engines; null if no client needs it
 */
record Tools(Path java, Path jar, String python, Path jars) {}
