package murder.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * The references between classes in compiled code, as {@code jdeps} finds them. A nested class
 * counts as the class around it.
 */
final class Dependencies {
    private static final Pattern REFERENCE = Pattern.compile("(?m)^ +(\\S+) +-> (\\S+) ");

    /** By class, the classes that it refers to; only those in the folders, itself left out. */
    private final Map<String, Set<String>> references = new TreeMap<>();
    private final Map<String, Path> folders = new HashMap<>();

    /** @param roots folders of compiled classes, each with the folders of its packages */
    static Dependencies in(List<Path> roots) throws IOException {
        Dependencies dependencies = new Dependencies();
        List<String> files = new ArrayList<>();
        for (Path root : roots) {
            try (Stream<Path> found = Files.walk(root)) {
                for (Path file : (Iterable<Path>) found::iterator) {
                    String name = root.relativize(file).toString();
                    // jdeps takes a folder with a module descriptor for a module and then wants all
                    // others as such, too.
                    if (name.endsWith(".class") && !name.equals("module-info.class")) {
                        files.add(file.toString());
                        dependencies.folders.put(outer(name.substring(0, name.length() - ".class".length()).replace('/', '.')), root);
                    }
                }
            }
        }
        dependencies.read(files);
        return dependencies;
    }

    private void read(List<String> files) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        int code = ToolProvider.findFirst("jdeps").orElseThrow()
            .run(out, out, Stream.concat(Stream.of("-verbose:class", "-filter:none"), files.stream()).toArray(String[]::new));
        assertThat(code).as(text.toString()).isZero();
        folders.keySet().forEach(name -> references.put(name, new TreeSet<>()));
        for (MatchResult match : (Iterable<MatchResult>) REFERENCE.matcher(text.toString()).results()::iterator) {
            String from = outer(match.group(1));
            String to = outer(match.group(2));
            if (folders.containsKey(from) && folders.containsKey(to) && !from.equals(to)) {
                references.get(from).add(to);
            }
        }
    }

    private static String outer(String name) {
        int dollar = name.indexOf('$');
        return dollar < 0 ? name : name.substring(0, dollar);
    }

    /** Names of all classes. */
    Set<String> classes() {
        return references.keySet();
    }

    /** The folder of compiled classes in which a class was found. */
    Path folder(String name) {
        return folders.get(name);
    }

    /** Circles among the classes of one package. */
    List<Set<String>> circlesOfClasses(String ofPackage) {
        Map<String, Set<String>> graph = new TreeMap<>();
        references.forEach((from, all) -> {
            if (packageOf(from).equals(ofPackage)) {
                Set<String> within = new TreeSet<>(all);
                within.removeIf(to -> !packageOf(to).equals(ofPackage));
                graph.put(from, within);
            }
        });
        return circles(graph);
    }

    /** Circles among groups of classes. @param group name of the group that a class belongs to */
    List<Set<String>> circles(UnaryOperator<String> group) {
        Map<String, Set<String>> graph = new TreeMap<>();
        references.forEach((from, all) -> {
            Set<String> to = graph.computeIfAbsent(group.apply(from), any -> new TreeSet<>());
            all.forEach(one -> to.add(group.apply(one)));
            to.remove(group.apply(from));
        });
        return circles(graph);
    }

    static String packageOf(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }

    /**
     * Sets of nodes that all reach one another, in the order of their first nodes. A node alone is
     * none.
     */
    static List<Set<String>> circles(Map<String, Set<String>> graph) {
        List<Set<String>> circles = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        for (String node : graph.keySet()) {
            Set<String> reached = reached(graph, node);
            if (!seen.contains(node) && reached.contains(node)) {
                Set<String> circle = new TreeSet<>(reached);
                circle.removeIf(other -> !reached(graph, other).contains(node));
                circles.add(circle);
                seen.addAll(circle);
            }
        }
        return circles;
    }

    private static Set<String> reached(Map<String, Set<String>> graph, String from) {
        Set<String> reached = new TreeSet<>();
        Deque<String> left = new ArrayDeque<>(graph.getOrDefault(from, Set.of()));
        while (!left.isEmpty()) {
            String node = left.pop();
            if (reached.add(node)) {
                left.addAll(graph.getOrDefault(node, Set.of()));
            }
        }
        return reached;
    }
}
