package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rules of {@code .editorconfig}, for all sources, not only those that an editor touched. */
class TidyTest {
    private static final int MAX_COLUMNS = 140;
    private static final int MAX_MARKDOWN_COLUMNS = 100;
    private static final int MAX_README_LINES = 120;
    private static final int MAX_DECISION_LINES = 40;
    private static final int MAX_JAVA_LINES = 700;
    private static final int MAX_MAIN_LINES = 450;
    /** How the class comment of a longer class begins a sentence. */
    private static final String REASON = "Longer than " + MAX_MAIN_LINES + " lines because ";
    private static final Pattern LATE_TAG = Pattern.compile(" *\\* [^@].* @(param|return|throws)( .*)?");
    private static final Set<String> ENDINGS = Set.of("java", "xml", "yml", "yaml", "md", "properties", "txt", "sh", "py", "html", "css");
    private static final Set<String> OTHER_NAMES = Set.of("run", ".editorconfig", ".gitignore");

    @Test
    void sourcesKeepTheRules() throws IOException {
        List<String> faults = new ArrayList<>();
        List<Path> files = sources();
        assertThat(files).as("sources found").hasSizeGreaterThan(50);
        for (Path file : files) {
            check(file, faults);
        }
        assertThat(faults).isEmpty();
    }

    private static List<Path> sources() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(Repository.root(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = directory.getFileName().toString();
                boolean foreign = name.equals("target") || name.startsWith(".") && !name.equals(".ci");
                return foreign && !directory.equals(Repository.root()) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1)) || OTHER_NAMES.contains(name)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static boolean isTooLong(Path file, String text) {
        return file.toString().endsWith(".java") && file.toString().contains("/src/main/") && text.lines().count() > MAX_MAIN_LINES
            && !text.replaceAll("\\s+\\*?\\s*", " ").contains(REASON);
    }

    @Test
    void longClassesNeedAReason() {
        Path main = Path.of("/murder/src/main/java/Long.java");
        String lines = "line\n".repeat(MAX_MAIN_LINES);
        assertThat(isTooLong(main, lines)).isFalse();
        assertThat(isTooLong(main, lines + "line\n")).isTrue();
        assertThat(isTooLong(Path.of("/murder/src/test/java/Long.java"), lines + "line\n")).isFalse();
        assertThat(isTooLong(main, lines + "/**\n * A ring. Longer than 450 lines\n * because it holds a table.\n */\n")).isFalse();
    }

    @Test
    void markdownLinesKeepToHundredColumns() {
        String words = "word ".repeat(20) + "word";
        assertThat(longMarkdownLines("x".repeat(100), "# Title")).isEmpty();
        assertThat(longMarkdownLines("# Title", words)).containsExactly(2);
        assertThat(longMarkdownLines("- [a link](" + words + ")", "| " + words + " |", "    " + words)).isEmpty();
        assertThat(longMarkdownLines("```sh", words, "```", words)).containsExactly(4);
    }

    @Test
    void readmeAndDecisionsStayShort() {
        Path root = Repository.root();
        assertThat(maxMarkdownLines(root.resolve("README.md"))).isEqualTo(MAX_README_LINES);
        assertThat(maxMarkdownLines(root.resolve("murder-wire/decisions/0001-x.md"))).isEqualTo(MAX_DECISION_LINES);
        assertThat(maxMarkdownLines(root.resolve("murder-tools/README.md"))).isEqualTo(Integer.MAX_VALUE);
    }

    private static int maxMarkdownLines(Path file) {
        if (file.getParent().endsWith("decisions")) {
            return MAX_DECISION_LINES;
        }
        return file.equals(Repository.root().resolve("README.md")) ? MAX_README_LINES : Integer.MAX_VALUE;
    }

    /** The numbers of lines that are too long, tables, code and the targets of links apart. */
    private static List<Integer> longMarkdownLines(String... lines) {
        List<Integer> numbers = new ArrayList<>();
        boolean isCode = false;
        for (int i = 0; i < lines.length; i++) {
            isCode ^= lines[i].startsWith("```");
            String text = lines[i].replaceAll("\\]\\([^)]*\\)", "]");
            if (!isCode && !text.startsWith("|") && !text.startsWith("    ")
                && text.codePointCount(0, text.length()) > MAX_MARKDOWN_COLUMNS) {
                numbers.add(i + 1);
            }
        }
        return numbers;
    }

    private static void checkMarkdown(Path file, String[] lines, List<String> faults) {
        for (int number : longMarkdownLines(lines)) {
            faults.add(file + ":" + number + ": is longer than " + MAX_MARKDOWN_COLUMNS + " columns");
        }
        if (lines.length - 1 > maxMarkdownLines(file)) {
            faults.add(file + ": has more than " + maxMarkdownLines(file) + " lines");
        }
    }

    private static void check(Path file, List<String> faults) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            faults.add(file + ": is not UTF-8");
            return;
        }
        if (!text.endsWith("\n") || text.endsWith("\n\n")) {
            faults.add(file + ": does not end in one line break");
        }
        String[] lines = text.split("\n", -1);
        if (file.toString().endsWith(".java") && lines.length > MAX_JAVA_LINES) {
            faults.add(file + ": has " + lines.length + " lines; more than one concern");
        }
        if (isTooLong(file, text)) {
            faults.add(file + ": has more than " + MAX_MAIN_LINES + " lines; split it, or say in its comment: " + REASON + "...");
        }
        if (file.toString().endsWith(".md")) {
            checkMarkdown(file, lines, faults);
        }
        for (int i = 0; i < lines.length; i++) {
            String where = file + ":" + (i + 1);
            if (lines[i].indexOf('\t') >= 0 || lines[i].indexOf('\r') >= 0) {
                faults.add(where + ": has a tab or a carriage return");
            }
            if (lines[i].endsWith(" ")) {
                faults.add(where + ": has white space at its end");
            }
            if (!file.toString().endsWith(".md") && lines[i].codePointCount(0, lines[i].length()) > MAX_COLUMNS) {
                faults.add(where + ": is longer than " + MAX_COLUMNS + " columns");
            }
            if (LATE_TAG.matcher(lines[i]).matches()) {
                faults.add(where + ": javadoc reads a tag only at the start of a line");
            }
        }
    }
}
