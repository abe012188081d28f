package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.tools.host.Placement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state of an agent after a kill. */
class LedgerTest {
    private static final ReleaseKey V1 = Orders.key("v1");
    private static final ReleaseKey V2 = Orders.key("v2");

    @TempDir
    private Path folder;
    private Path file;
    private Path place;

    @BeforeEach
    void places() throws IOException {
        folder = folder.toRealPath();
        file = folder.resolve("releases");
        place = Files.createDirectories(folder.resolve("app"));
    }

    private static Path release(Path path, String text) throws IOException {
        Files.writeString(Files.createDirectories(path).resolve("file"), text);
        return path;
    }

    private Ledger.Trace staged(Path path, Path itsPlace) throws IOException {
        return new Ledger.Trace(null, path, Ledger.identity(path), itsPlace, "");
    }

    @Test
    void stagedReleaseIsFoundAgain() throws IOException {
        Path staged = release(folder.resolve(".murder-staged-x"), "new");
        Ledger.open(file).put(Holding.nothing(V1).withStaged(Orders.content(1)), staged(staged, folder.resolve("v1")));
        assertThat(Ledger.open(file).of(V1).staged()).isEqualTo(Orders.content(1));
        // Killed behind the rename, before that was written.
        Files.move(staged, folder.resolve("v1"));
        Holding after = Ledger.open(file).of(V1);
        assertThat(after.staged()).isNull();
        assertThat(after.placed()).isEqualTo(Orders.content(1));
        Files.move(folder.resolve("v1"), folder.resolve("elsewhere"));
        assertThat(Ledger.open(file).of(V1).isNothing()).isTrue();
    }

    /** First behind the rename of the staged release, then behind the one to its place. */
    @Test
    void releaseIsFoundAfterTwoKills() throws IOException {
        Path staged = folder.resolve(".murder-staged-x");
        Ledger.open(file).put(Holding.nothing(V1).working(Holding.Work.UNPACKING, Orders.content(1)),
            new Ledger.Trace(null, staged, "", folder.resolve("v1"), ""));
        release(staged, "new");
        Ledger second = Ledger.open(file);
        second.finishInterrupted(line -> { });
        assertThat(second.of(V1).staged()).isEqualTo(Orders.content(1));
        Files.move(staged, folder.resolve("v1"));
        assertThat(Ledger.open(file).of(V1).placed()).isEqualTo(Orders.content(1));
    }

    @Test
    void damagedLinesArePassedOver() throws IOException {
        Ledger.open(file).put(Holding.nothing(V1).withPayload(Orders.content(1), 3), Ledger.Trace.NONE);
        Files.writeString(file, "{broken\n{\"tag\":\"v9\",\"payload\":\"x\"}\n" + Files.readString(file));
        Ledger ledger = Ledger.open(file);
        assertThat(ledger.of(V1).payload()).isEqualTo(Orders.content(1));
        assertThat(ledger.view().holdings()).hasSize(1);
    }

    /**
     * The place is a mount point, so entries are renamed one by one, and a kill came between two of
     * them.
     */
    @Test
    void exchangeOfEntriesIsFinished() throws IOException {
        Files.writeString(place.resolve("file"), "old");
        Ledger before = Ledger.open(file);
        before.put(Holding.nothing(V1).withPlaced(Orders.content(1), 5), new Ledger.Trace(null, null, "", place, Ledger.identity(place)));
        before.setActive(Orders.DESTINATION, "v1");
        Path staged = release(place.resolve(".murder-staged-x"), "new");
        before.put(Holding.nothing(V2).withStaged(Orders.content(2)), staged(staged, place));
        Files.delete(place.resolve("file"));
        Files.move(staged, Placement.filling(place));

        assertThat(Ledger.open(file).view().active(Orders.DESTINATION)).as("who only looks changes nothing").isEqualTo("v1");
        assertThat(place.resolve("file")).doesNotExist();
        Ledger after = Ledger.open(file);
        List<String> log = new ArrayList<>();
        after.finishInterrupted(log::add);
        assertThat(log).containsExactly("all entries of v2 are in " + place + " now");
        assertThat(place.resolve("file")).hasContent("new");
        assertThat(place.toFile().list()).containsExactly("file");
        for (Ledger each : List.of(after, Ledger.open(file))) {
            assertThat(each.of(V2).placed()).isEqualTo(Orders.content(2));
            assertThat(each.of(V2).placedSerial()).isEqualTo(6);
            assertThat(each.of(V2).staged()).isNull();
            assertThat(each.of(V1).isNothing()).isTrue();
            assertThat(each.view().active(Orders.DESTINATION)).isEqualTo("v2");
        }
    }
}
