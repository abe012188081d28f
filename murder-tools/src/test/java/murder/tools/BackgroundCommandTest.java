package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackgroundCommandTest {
    @ParameterizedTest
    @CsvSource({
        "peer a b, PEER",
        "peer, PEER",
        "host peer --tag=t, HOST_PEER",
        "host start-tracker, START_TRACKER",
        "host start-seeding, START_SEEDING",
    })
    void findsCommandByFirstWords(String line, BackgroundCommand command) {
        assertThat(BackgroundCommand.of(line.split(" "))).isSameAs(command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host pack", "start-tracker", "seed peer", "--debug peer", "tracker"})
    void findsNoneForOtherLines(String line) {
        assertThat(BackgroundCommand.of(line.isEmpty() ? new String[0] : line.split(" "))).isNull();
    }

    /** The enum holds words of its own, so that the launcher loads no command. */
    @ParameterizedTest
    @EnumSource
    void namesCommandsThatExist(BackgroundCommand command) {
        assertThat(Commands.syntax(command.words()).name()).isEqualTo(command.words());
    }

    @Test
    void onlyHostPeerReadsInput() {
        assertThat(BackgroundCommand.values()).filteredOn(BackgroundCommand::readsInput).containsExactly(BackgroundCommand.HOST_PEER);
    }
}
