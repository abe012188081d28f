package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SymbolicLinksTest {
    @TempDir
    Path source;

    @Test
    void absoluteLinkIsRefusedWithAdvice() {
        assertThatThrownBy(() -> SymbolicLinks.of(source, false).accept("venv/bin/python3", "/opt/python3"))
            .isInstanceOf(ArchiveException.class).hasMessageContaining("links=keep");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/opt/python3", "../../../x", "a/../b"})
    void keepLeavesTargetsAsTheyAre(String target) throws Exception {
        assertThat(SymbolicLinks.KEPT.accept("venv/bin/python3", target)).isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource({"lib/x.so, ../lib/../lib64/x.so.1, ../lib64/x.so.1", "x, lib/../lib/y, lib/y", "lib/z, ./../lib/../lib/z2, z2",
        "lib/same, a/.., ."})
    void detoursAreLeftOut(String name, String target, String direct) throws Exception {
        Files.createDirectories(source.resolve("lib"));
        assertThat(SymbolicLinks.of(source, false).accept(name, target)).isEqualTo(direct);
        assertThatThrownBy(() -> SymbolicLinks.INSIDE.accept(name, target)).hasMessageContaining("turns back behind a name");
    }

    @Test
    void detourBehindLinkIsRefused() throws Exception {
        Files.createSymbolicLink(source.resolve("lib"), Path.of("lib64"));
        assertThatThrownBy(() -> SymbolicLinks.of(source, false).accept("x", "lib/../y")).hasMessageContaining("turns back behind a name");
        assertThatThrownBy(() -> SymbolicLinks.of(source, false).accept("x", "a/../../y")).hasMessageContaining("leads out");
    }
}
