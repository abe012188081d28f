package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import murder.tools.cli.ProcessIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScratchTest {
    private static final long NOW = System.currentTimeMillis();
    private static final long HOUR_MS = 3_600_000;

    @ParameterizedTest
    @EnumSource(Scratch.Kind.class)
    void nameSaysWhoseItIs(Scratch.Kind kind) throws IOException {
        Scratch mine = Scratch.mine(kind, "/srv/app/r1");
        assertThat(mine.name()).startsWith(".murder-").doesNotContain("/").hasSizeLessThan(100);
        assertThat(Scratch.parse(mine.name())).isEqualTo(mine);
        assertThat(mine.isOf(kind, "/srv/app/r1")).isTrue();
        assertThat(mine.isOf(kind, "/srv/app/r2")).isFalse();
        assertThat(mine.isAbandoned(0)).isFalse();
    }

    @Test
    void isAbandonedWhenItsProcessEnded() throws IOException {
        ProcessIdentity self = ProcessIdentity.current();
        // Another process with this pid.
        assertThat(madeBy(new ProcessIdentity(self.pid(), "1.00000000")).isAbandoned(NOW)).isTrue();
        // No process has this one: the largest pid of Linux is 2^22.
        assertThat(madeBy(new ProcessIdentity(1L << 30, self.start())).isAbandoned(NOW)).isTrue();
    }

    private static Scratch madeBy(ProcessIdentity process) throws IOException {
        Scratch mine = Scratch.mine(Scratch.Kind.NEW, "x");
        return new Scratch(mine.kind(), mine.key(), mine.host(), process);
    }

    @Test
    void otherHostsScratchExpiresAfterDay() throws IOException {
        Scratch foreign = new Scratch(Scratch.Kind.NEW, "0123456789", "9876543210", new ProcessIdentity(1L << 30, "0"));
        assertThat(foreign.isAbandoned(NOW)).isFalse();
        assertThat(foreign.isAbandoned(NOW - 23 * HOUR_MS)).isFalse();
        assertThat(foreign.isAbandoned(NOW - 25 * HOUR_MS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", ".murder-", ".murder-new", ".murder-new-a-b-1", ".murder-new-a-b-1-x", ".murder-new-a-b-1-2-3",
        ".murder-other-a-b-1-2", ".murder-new-a-b-99999999999999999999-1", "murder-new-a-b-1-2"})
    void otherNamesAreNone(String name) {
        assertThat(Scratch.parse(name)).isNull();
    }
}
