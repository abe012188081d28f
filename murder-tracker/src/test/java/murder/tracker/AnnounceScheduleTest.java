package murder.tracker;

import static murder.tracker.AnnounceEvent.COMPLETED;
import static murder.tracker.AnnounceEvent.NONE;
import static murder.tracker.AnnounceEvent.STARTED;
import static murder.tracker.AnnounceEvent.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;
import org.junit.jupiter.api.Test;

class AnnounceScheduleTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PeerId SELF = new PeerId(1, 2, 3);

    private AnnounceSchedule schedule = schedule(List.of(List.of("a")));

    private static AnnounceSchedule schedule(List<List<String>> urls) {
        return new AnnounceSchedule(urls, SELF, 50, new SplittableRandom(1));
    }

    private static AnnounceResponse answer(String trackerId) {
        return new AnnounceResponse(15, 0, 1, 1, List.of(), trackerId, "");
    }

    private AnnounceSchedule.Order next(long nowNs, AnnounceEvent event) {
        AnnounceSchedule.Order order = schedule.next(nowNs, true);
        assertThat(order).isNotNull();
        assertThat(order.event()).isEqualTo(event);
        return order;
    }

    private void announce(long nowNs, AnnounceEvent event) {
        schedule.onAnswer(nowNs, next(nowNs, event), answer(""));
    }

    @Test
    void announcesStartOnce() {
        announce(0, STARTED);
        assertThat(schedule.next(SECOND, true)).isNull();
        announce(schedule.nextDeadlineNs(), NONE);
    }

    @Test
    void announcesWhenWanted() {
        announce(0, STARTED);
        schedule.onWanted(1);
        AnnounceSchedule.Order order = next(1, NONE);
        schedule.onWanted(2);
        assertThat(schedule.next(2, true)).isNull();
        schedule.onAnswer(3, order, answer(""));
        announce(3, NONE);
        assertThat(schedule.nextDeadlineNs()).isGreaterThan(SECOND);
    }

    @Test
    void keepsMinimumIntervalWhenWanted() {
        schedule.onAnswer(0, next(0, STARTED), new AnnounceResponse(60, 10, 0, 0, List.of(), "", ""));
        schedule.onWanted(SECOND);
        assertThat(schedule.nextDeadlineNs()).isEqualTo(10 * SECOND);
        AnnounceSchedule.Order order = next(10 * SECOND, NONE);
        schedule.onWanted(11 * SECOND);
        schedule.onAnswer(12 * SECOND, order, new AnnounceResponse(60, 100, 0, 0, List.of(), "", ""));
        assertThat(schedule.nextDeadlineNs()).isBetween(54 * SECOND, 72 * SECOND);
    }

    @Test
    void announceNowKeepsBackOff() {
        schedule.onFailure(0, next(0, STARTED));
        schedule.onWanted(1);
        assertThat(schedule.nextDeadlineNs()).isGreaterThanOrEqualTo(SECOND / 4);
        schedule.onLeft();
        schedule.onWanted(2);
        assertThat(schedule.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void repeatsStartAfterFailure() {
        schedule.onFailure(0, next(0, STARTED));
        assertThat(schedule.nextDeadlineNs()).isBetween(SECOND / 4, SECOND);
        announce(schedule.nextDeadlineNs(), STARTED);
    }

    @Test
    void hasOneOrderUnderWay() {
        AnnounceSchedule.Order order = next(0, STARTED);
        assertThat(schedule.next(100 * SECOND, true)).isNull();
        assertThat(schedule.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        schedule.onAnswer(SECOND, order, answer(""));
        assertThatThrownBy(() -> schedule.onAnswer(SECOND, order, answer(""))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void announcesCompletionAtOnceAndOnce() {
        announce(0, STARTED);
        schedule.onCompleted(SECOND);
        assertThat(schedule.nextDeadlineNs()).isEqualTo(SECOND);
        announce(SECOND, COMPLETED);
        schedule.onCompleted(2 * SECOND);
        announce(schedule.nextDeadlineNs(), NONE);
    }

    @Test
    void announcesCompletionAfterStart() {
        AnnounceSchedule.Order start = next(0, STARTED);
        schedule.onCompleted(1);
        schedule.onFailure(2, start);
        long retryNs = schedule.nextDeadlineNs();
        announce(retryNs, STARTED);
        announce(retryNs, COMPLETED);
    }

    @Test
    void repeatsCompletionUntilHeard() {
        announce(0, STARTED);
        schedule.onCompleted(1);
        schedule.onFailure(1, next(1, COMPLETED));
        announce(schedule.nextDeadlineNs(), COMPLETED);
    }

    @Test
    void announcesUnheardCompletionAfterReturn() {
        announce(0, STARTED);
        schedule.onCompleted(1);
        AnnounceSchedule.Order unheard = next(1, COMPLETED);
        schedule.onLeft();
        schedule.onFailure(2, unheard);
        announce(2, STOPPED);
        schedule.onResumed(3);
        long retryNs = schedule.nextDeadlineNs();
        announce(retryNs, STARTED);
        announce(retryNs, COMPLETED);
    }

    @Test
    void stopWaitsForAnnounceUnderWay() {
        AnnounceSchedule.Order start = next(0, STARTED);
        schedule.onLeft();
        assertThat(schedule.next(1, true)).isNull();
        schedule.onAnswer(2, start, answer("id"));
        assertThat(schedule.nextDeadlineNs()).isLessThanOrEqualTo(2);
        assertThat(schedule.next(2, true)).isEqualTo(new AnnounceSchedule.Order("a", STOPPED, 0, "id"));
    }

    @Test
    void stopFollowsAlsoFailedAnnounce() {
        AnnounceSchedule.Order start = next(0, STARTED);
        schedule.onLeft();
        schedule.onFailure(1, start);
        announce(1, STOPPED);
        assertThat(schedule.next(100 * SECOND, true)).isNull();
        assertThat(schedule.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void stopGoesToTrackerThatAnswered() {
        schedule = schedule(List.of(List.of("a", "b")));
        schedule.onFailure(0, next(0, STARTED));
        AnnounceSchedule.Order answered = next(0, STARTED);
        schedule.onAnswer(0, answered, answer(""));
        schedule.onLeft();
        assertThat(next(1, STOPPED).url()).isEqualTo(answered.url());
        assertThat(schedule.next(1, true)).isNull();
    }

    @Test
    void announcesToEveryTierAtOnce() {
        schedule = schedule(List.of(List.of("a"), List.of("b", "a"), List.of("a")));
        AnnounceSchedule.Order first = next(0, STARTED);
        AnnounceSchedule.Order second = next(0, STARTED);
        assertThat(first.url() + second.url()).isEqualTo("ab");
        assertThat(schedule.next(0, true)).isNull();
        assertThat(schedule.isUnderWay()).isTrue();
        schedule.onAnswer(1, second, answer("id"));
        schedule.onCompleted(1);
        assertThat(next(1, COMPLETED)).isEqualTo(new AnnounceSchedule.Order("b", COMPLETED, 50, "id"));
        schedule.onFailure(2, first);
        assertThat(schedule.nextDeadlineNs()).isBetween(SECOND / 4, SECOND);
        schedule.onAnswer(schedule.nextDeadlineNs(), next(schedule.nextDeadlineNs(), STARTED), answer(""));
    }

    @Test
    void everyTierHearsTheStop() {
        schedule = schedule(List.of(List.of("a"), List.of("b"), List.of("c")));
        announce(0, STARTED);
        AnnounceSchedule.Order late = next(0, STARTED);
        schedule.onFailure(0, next(0, STARTED));
        schedule.onLeft();
        assertThat(next(1, STOPPED).url()).isEqualTo("a");
        assertThat(schedule.next(1, true)).isNull();
        schedule.onAnswer(2, late, answer(""));
        assertThat(next(2, STOPPED).url()).isEqualTo("b");
        assertThat(schedule.next(2, true)).isNull();
    }

    @Test
    void isHeardWhileAnyTierAnswers() {
        schedule = schedule(List.of(List.of("a"), List.of("b")));
        assertThat(schedule.isHeard()).isFalse();
        schedule.onFailure(0, next(0, STARTED));
        announce(0, STARTED);
        assertThat(schedule.isHeard()).isTrue();
        long retryNs = schedule.nextDeadlineNs();
        schedule.onFailure(retryNs, next(retryNs, STARTED));
        assertThat(schedule.isHeard()).isTrue();
        schedule.onWanted(retryNs);
        schedule.onFailure(retryNs, next(retryNs, NONE));
        assertThat(schedule.isHeard()).isFalse();
    }

    @Test
    void limitsTiersAnnouncedAtOnce() {
        List<List<String>> urls = IntStream.range(0, 100).mapToObj(i -> List.of("t" + i)).toList();
        schedule = schedule(urls);
        for (int i = 0; i < AnnounceSchedule.MAX_AT_ONCE; i++) {
            assertThat(next(0, STARTED).url()).isEqualTo("t" + i);
        }
        assertThat(schedule.next(0, true)).isNull();
    }

    @Test
    void leavesSilentlyWhenUnknown() {
        schedule.onLeft();
        assertThat(schedule.next(0, true)).isNull();
        assertThat(schedule.isUnderWay()).isFalse();
    }

    @Test
    void failedStopIsNotRepeated() {
        announce(0, STARTED);
        schedule.onLeft();
        schedule.onLeft();
        schedule.onFailure(1, next(1, STOPPED));
        schedule.onLeft();
        assertThat(schedule.next(100 * SECOND, true)).isNull();
    }

    @Test
    void startsAgainAfterReturn() {
        AnnounceSchedule.Order old = next(0, STARTED);
        schedule.onLeft();
        schedule.onResumed(1);
        schedule.onAnswer(2, old, answer(""));
        announce(2, STOPPED);
        announce(2, STARTED);
    }

    @Test
    void asksForPeersOnlyWhenWanted() {
        assertThat(next(0, STARTED).numWant()).isEqualTo(50);
        schedule = schedule(List.of(List.of("a")));
        assertThat(schedule.next(0, false).numWant()).isZero();
    }

    @Test
    void returnsTrackerId() {
        schedule.onAnswer(0, next(0, STARTED), answer("id"));
        schedule.onCompleted(1);
        AnnounceRequest request = next(1, COMPLETED).request(AnnounceRequest.of(new InfoHash(1, 2, 3), SELF, 6881, 7));
        assertThat(request.trackerId()).isEqualTo("id");
        assertThat(request.event()).isEqualTo(COMPLETED);
        assertThat(request.numWant()).isEqualTo(50);
        assertThat(request.left()).isEqualTo(7);
    }
}
