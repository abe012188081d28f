package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReportScheduleTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final ReportSchedule schedule = new ReportSchedule(new SplittableRandom(1));

    @Test
    void idleAgentAnnouncesEachMinute() {
        assertThat(schedule.dueNs()).isZero();
        schedule.onSent(5);
        assertThat(schedule.dueNs()).isEqualTo(5 + 60 * SECOND_NS);
    }

    @Test
    void newReportWaitsTwoSeconds() {
        schedule.onSent(5);
        schedule.onReport(SECOND_NS, false);
        assertThat(schedule.dueNs()).isEqualTo(5 + 2 * SECOND_NS);
        schedule.onSent(7);
        assertThat(schedule.dueNs()).isEqualTo(7 + 60 * SECOND_NS);
    }

    @Test
    void urgentReportGoesAtOnce() {
        schedule.onSent(5);
        schedule.onReport(6, true);
        schedule.onReport(7, true);
        assertThat(schedule.dueNs()).isEqualTo(6);
    }

    @Test
    void trackerOfLargeFleetSpreadsReports() {
        schedule.onAnswer(10 * SECOND_NS);
        schedule.onSent(0);
        schedule.onReport(0, false);
        assertThat(schedule.dueNs()).isEqualTo(10 * SECOND_NS);
        schedule.onReport(0, true);
        assertThat(schedule.dueNs()).isBetween(1L, 8 * SECOND_NS);
        schedule.onAnswer(0);
        schedule.onSent(0);
        schedule.onReport(0, false);
        assertThat(schedule.dueNs()).isEqualTo(10 * SECOND_NS);
    }

    @Test
    void trackerCannotSilenceReports() {
        schedule.onAnswer(Long.MAX_VALUE);
        schedule.onSent(0);
        assertThat(schedule.dueNs()).isEqualTo(600 * SECOND_NS);
    }
}
