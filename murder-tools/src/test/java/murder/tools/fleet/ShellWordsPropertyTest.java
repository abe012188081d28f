package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.UsageException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ShellWordsPropertyTest {
    @Provide
    Arbitrary<List<String>> words() {
        // Mostly what a shell would do something with.
        Arbitrary<Character> signs = Arbitraries.of("'\"\\ $`!#&|;<>()[]{}*?~=%^\t\n-a1./\u00e9\u4e2d".chars().mapToObj(c -> (char) c)
            .filter(nativeCharset().newEncoder()::canEncode).toList());
        return signs.list().ofMaxSize(12).map(list -> {
            StringBuilder word = new StringBuilder();
            list.forEach(word::append);
            return word.toString();
        }).list().ofMinSize(1).ofMaxSize(6);
    }

    @Property(tries = 60)
    void shellKeepsQuotedWords(@ForAll("words") List<String> words) throws IOException, InterruptedException {
        assertThat(throughShell(words)).isEqualTo(words);
    }

    @Property(tries = 500)
    void splitUndoesJoin(@ForAll("words") List<String> words) throws UsageException {
        assertThat(ShellWords.split(ShellWords.join(words))).isEqualTo(words);
    }

    @Example
    void nothingIsExpandedOrRun() throws IOException, InterruptedException {
        List<String> words = List.of("$(touch /tmp/x)", "`id`", "it's", "a b", "", "*", "~", "-rf", "x; reboot", "$HOME", "a\nb");
        assertThat(throughShell(words)).isEqualTo(words);
        assertThat(ShellWords.join(words)).startsWith("'$(touch /tmp/x)' '`id`' 'it'\\''s' 'a b' '' '*' '~' -rf 'x; reboot' '$HOME'");
    }

    @Example
    void plainWordsStayReadable() {
        assertThat(ShellWords.join(List.of("java", "-jar", "/opt/murder.jar", "--tag=build-42", "user@host:22", "a=b"))).isEqualTo(
            "java -jar /opt/murder.jar --tag=build-42 user@host:22 a=b");
        assertThat(ShellWords.join(List.of("a=b", "c"))).isEqualTo("'a=b' c");
    }

    @Example
    void splitsAsAShellDoes() throws UsageException {
        assertThat(ShellWords.split(" -o 'A=b c'  \"x \\\" y\" z\\ z ''")).containsExactly("-o", "A=b c", "x \" y", "z z", "");
        assertThatThrownBy(() -> ShellWords.split("a 'b")).isInstanceOf(UsageException.class).hasMessageContaining("never closed");
        assertThatThrownBy(() -> ShellWords.split("a\\")).isInstanceOf(UsageException.class).hasMessageContaining("backslash");
        assertThatThrownBy(() -> ShellWords.quote("a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> throughShell(List<String> words) throws IOException, InterruptedException {
        List<String> script = new ArrayList<>(List.of("printf", "%s\\0"));
        script.addAll(words);
        Process shell = new ProcessBuilder("sh", "-c", ShellWords.join(script)).redirectErrorStream(true).start();
        String printed = new String(shell.getInputStream().readAllBytes(), nativeCharset());
        assertThat(shell.waitFor()).isZero();
        assertThat(printed).endsWith("\0");
        return List.of(printed.substring(0, printed.length() - 1).split("\0", -1));
    }

    private static Charset nativeCharset() {
        String name = System.getProperty("sun.jnu.encoding");
        return name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
    }
}
