package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Codes and keys are compared by {@code MessageDigest.isEqual}, in a time that does not tell where
 * they differ. A search in the sources, as no test can measure that.
 */
class SecretComparisonTest {
    /** Classes that mention one of these may hold secrets. */
    private static final Pattern SECRET = Pattern.compile("\\b(SwarmKey|Membership|FleetKeys|SshPrivateKey|MemberProof)\\b");
    private static final Pattern EARLY_END = Pattern.compile("\\bArrays(\\.|::)(equals|mismatch|compare\\w*)\\b.*"
        + "|.*\\b(code|seal|toLine|getEncoded|toBytes)\\([^)]*\\)\\.(equals|equalsIgnoreCase|compareTo|contentEquals)\\(.*"
        + "|.*\\b(equals|equalsIgnoreCase|compareTo|contentEquals)\\((\\w+\\.)?(code|seal|toLine|getEncoded)\\b.*");
    /** Lines that compare what everybody may know. */
    private static final List<String> PUBLIC = List.of("MAGIC", "Arrays.equals(report, news.report)", "Arrays.equals(order, answer.order)");

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Repository.root())) {
            files.filter(file -> file.toString().endsWith(".java") && file.toString().contains("/src/main/")).forEach(sources::add);
        }
        return sources;
    }

    @Test
    void oneClassComputesCodes() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            if (Files.readString(file).contains("javax.crypto.Mac;")) {
                found.add(file.getFileName().toString());
            }
        }
        assertThat(found).containsExactly("SwarmKey.java");
    }

    @Test
    void noComparisonEndsEarly() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            String text = Files.readString(file);
            if (SECRET.matcher(text).find()) {
                text.lines().map(String::strip).filter(line -> EARLY_END.matcher(line).find())
                    .filter(line -> PUBLIC.stream().noneMatch(line::contains)).forEach(line -> found.add(file.getFileName() + ": " + line));
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void searchFindsEarlyEnds() {
        for (String line : List.of("return Arrays.equals(code(use, parts), code);", "boolean same = seal.equals(maker.seal(key));",
            "Arrays.mismatch(a, b) < 0", "if (key.toLine().equals(line)) {")) {
            assertThat(EARLY_END.matcher(line).find()).as(line).isTrue();
        }
        assertThat(EARLY_END.matcher("return MessageDigest.isEqual(code(use, parts), code);").find()).isFalse();
    }

    @Test
    void keysCompareInConstantTime() throws IOException {
        Path file = sources().stream().filter(each -> each.endsWith("SwarmKey.java")).findFirst().orElseThrow();
        assertThat(Files.readString(file)).contains("return MessageDigest.isEqual(code(use, parts), code);",
            "&& MessageDigest.isEqual(secret.getEncoded(), key.secret.getEncoded());");
    }
}
