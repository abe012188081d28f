package murder.benchmarks.bed;

import java.nio.file.Path;

/**
 * What the clients are started with.
 *
 * @param java of the JDK that the bed itself runs on
 * @param jar {@code murder-tools.jar}
 * @param python with the module libtorrent; null if no client needs it
 * @param jars folder with the jars of other engines; null if no client needs it
 */
record Tools(Path java, Path jar, String python, Path jars) {}
