package murder.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code fleet} in a second JVM, as with a class archive, but with the classes of the tests. */
public final class LaunchedFleet {
    private LaunchedFleet() {
    }

    /** @param args an option of the second JVM, then the command line */
    public static void main(String[] args) throws IOException {
        List<String> words = new ArrayList<>(List.of("false"));
        words.addAll(List.of(args).subList(1, args.length));
        System.exit(SecondJvm.run(List.of(args[0]), FleetLauncher.class, words));
    }
}
