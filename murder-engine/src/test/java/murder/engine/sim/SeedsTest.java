package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeedsTest {
    @ParameterizedTest
    @CsvSource({"469319f0a1b2c3d4e5f60718293a4b5c6d7e8f90, 1184045552", "ffffffff, 4294967295", "'', 0", "469319f, 0", "HEAD, 0"})
    void baseFollowsTheCommit(String commit, long base) {
        assertThat(Seeds.ofCommit(commit)).isEqualTo(base);
    }
}
