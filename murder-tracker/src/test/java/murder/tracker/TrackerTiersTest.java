package murder.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import murder.peer.PeerId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TrackerTiersTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PeerId ENGINE = new PeerId(1, 2, 3);

    @Test
    void announcesAtOnceThenAfterInterval() {
        TrackerTiers tiers = tiers(List.of(List.of("a")), 1);
        assertThat(tiers.nextDeadlineNs()).isZero();
        assertThat(tiers.next(0)).isEqualTo("a");
        assertThat(tiers.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        assertThat(tiers.next(5 * SECOND)).isNull();
        tiers.onSuccess("a", SECOND, 15 * SECOND);
        long deadline = tiers.nextDeadlineNs();
        assertThat(deadline).isBetween(SECOND + 15 * SECOND * 9 / 10, SECOND + 15 * SECOND * 11 / 10);
        assertThat(tiers.next(deadline - 1)).isNull();
        assertThat(tiers.next(deadline)).isEqualTo("a");
        assertThat(tiers.current()).isEqualTo("a");
    }

    @Test
    void longWaitsEndTogether() {
        Set<Long> deadlines = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            TrackerTiers tiers = tiers(List.of(List.of("a")), i);
            long askedNs = i * SECOND / 7;
            tiers.next(askedNs);
            tiers.onSuccess("a", askedNs, 120 * SECOND);
            assertThat(tiers.nextDeadlineNs() - askedNs).isBetween(120 * SECOND * 9 / 10, 120 * SECOND * 11 / 10 + 120 * SECOND / 4);
            deadlines.add(tiers.nextDeadlineNs());
        }
        assertThat(deadlines).as("spread over 167 s").hasSizeBetween(5, 11);
    }

    @Test
    void longWaitsOfEnginesEndApart() {
        Set<Long> deadlines = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            TrackerTiers tiers = tiers(List.of(List.of("a")), PeerId.random(new SplittableRandom(i)), i);
            tiers.next(0);
            tiers.onSuccess("a", 0, 120 * SECOND);
            deadlines.add(tiers.nextDeadlineNs() / SECOND);
        }
        assertThat(deadlines).as("seconds out of 41").hasSizeGreaterThan(30);
    }

    @Test
    void failureTriesNextTrackerAtOnce() {
        TrackerTiers tiers = tiers(List.of(List.of("a"), List.of("b"), List.of("c")), 1);
        assertThat(tiers.next(0)).isEqualTo("a");
        tiers.onFailure("a", 10);
        assertThat(tiers.nextDeadlineNs()).isEqualTo(10);
        assertThat(tiers.next(10)).isEqualTo("b");
        tiers.onFailure("b", 20);
        assertThat(tiers.next(20)).isEqualTo("c");
        tiers.onSuccess("c", 30, 15 * SECOND);
        assertThat(tiers.current()).isEqualTo("c");
        // By then the first tier is no longer backing off and is preferred again.
        assertThat(tiers.next(tiers.nextDeadlineNs())).isEqualTo("a");
    }

    @Test
    void answeringTrackerMovesToFront() {
        TrackerTiers tiers = tiers(List.of(List.of("a", "b")), 3);
        String first = tiers.next(0);
        tiers.onFailure(first, 0);
        String second = tiers.next(0);
        assertThat(second).isNotEqualTo(first);
        tiers.onSuccess(second, 0, 100 * SECOND);
        assertThat(tiers.next(tiers.nextDeadlineNs())).isEqualTo(second);
    }

    @Test
    void backOffDoublesToOneMinute() {
        TrackerTiers tiers = tiers(List.of(List.of("a")), 1);
        long now = 0;
        double expected = 0.5;
        for (int i = 0; i < 12; i++) {
            assertThat(tiers.next(now)).isEqualTo("a");
            tiers.onFailure("a", now);
            double wait = (tiers.nextDeadlineNs() - now) / 1e9;
            assertThat(wait).isBetween(expected * 0.749, expected * 1.251);
            assertThat(tiers.next(tiers.nextDeadlineNs() - 1)).isNull();
            now = tiers.nextDeadlineNs();
            expected = Math.min(60, expected * 2);
        }
        tiers.next(now);
        tiers.onSuccess("a", now, 15 * SECOND);
        now = tiers.nextDeadlineNs();
        tiers.next(now);
        tiers.onFailure("a", now);
        assertThat(tiers.nextDeadlineNs() - now).isLessThan(SECOND);
    }

    @Test
    void eventRespectsBackOff() {
        TrackerTiers tiers = tiers(List.of(List.of("a")), 1);
        tiers.next(0);
        tiers.onSuccess("a", 0, 15 * SECOND);
        tiers.onWanted(SECOND);
        assertThat(tiers.next(SECOND)).isEqualTo("a");
        tiers.onFailure("a", SECOND);
        tiers.onWanted(SECOND);
        assertThat(tiers.next(SECOND)).isNull();
        assertThat(tiers.nextDeadlineNs()).isGreaterThan(SECOND);
    }

    @Test
    void eventFollowsRunningAttempt() {
        TrackerTiers tiers = tiers(List.of(List.of("a")), 1);
        tiers.next(0);
        tiers.onWanted(5);
        tiers.onSuccess("a", 10, 15 * SECOND);
        assertThat(tiers.next(10)).isEqualTo("a");
        tiers.onSuccess("a", 20, 15 * SECOND);
        assertThat(tiers.nextDeadlineNs()).isGreaterThan(10 * SECOND);
    }

    @Test
    void limitsAbsurdInterval() {
        TrackerTiers tiers = tiers(List.of(List.of("a")), 1);
        tiers.next(0);
        tiers.onSuccess("a", 0, Long.MAX_VALUE);
        assertThat(tiers.nextDeadlineNs()).isBetween(3200 * SECOND, 4000 * SECOND);
        tiers.next(tiers.nextDeadlineNs());
        tiers.onSuccess("a", 0, -5);
        assertThat(tiers.nextDeadlineNs()).isBetween(SECOND * 9 / 10, SECOND * 11 / 10);
    }

    @Test
    void withoutTrackersNothingIsEverDue() {
        TrackerTiers tiers = tiers(List.of(List.of(), List.of()), 1);
        assertThat(tiers.next(5)).isNull();
        assertThat(tiers.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> tiers.onFailure("a", 5)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void skipsRepeatedAndExcessTrackers() {
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            urls.add("t" + i / 2);
        }
        TrackerTiers tiers = tiers(List.of(urls), 1);
        Set<String> asked = new HashSet<>();
        for (String url = tiers.next(0); url != null; url = tiers.next(0)) {
            assertThat(asked.add(url)).isTrue();
            tiers.onFailure(url, 0);
        }
        assertThat(asked).hasSize(TrackerTiers.MAX_TRACKERS);
    }

    @Property(tries = 100)
    void asksShuffledTiersInOrder(@ForAll long seed) {
        TrackerTiers tiers = tiers(List.of(List.of("a", "b", "c"), List.of("d", "e")), seed);
        List<String> order = new ArrayList<>();
        for (String url = tiers.next(0); url != null; url = tiers.next(0)) {
            order.add(url);
            tiers.onFailure(url, 0);
        }
        assertThat(order.subList(0, 3)).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(order.subList(3, 5)).containsExactlyInAnyOrder("d", "e");
    }

    private static TrackerTiers tiers(List<List<String>> urls, long seed) {
        return tiers(urls, ENGINE, seed);
    }

    private static TrackerTiers tiers(List<List<String>> urls, PeerId peerId, long seed) {
        return new TrackerTiers(urls, peerId, new SplittableRandom(seed));
    }
}
