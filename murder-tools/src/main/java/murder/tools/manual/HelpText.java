package murder.tools.manual;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a help text in their order: paragraphs, and lists of options or tasks. A line that
 * begins with four spaces is an entry of a list. Two spaces or more separate the term from its
 * description. Lines with more indentation continue the description.
 */
final class HelpText {
    private static final String ENTRY = "    ";

    private HelpText() {
    }

    /**
     * A paragraph or a list.
     *
     * @param paragraph lines of text; empty if this is a list
     * @param entries of a list; empty if this is a paragraph
     */
    record Part(String paragraph, List<Entry> entries) {
        Part {
            entries = List.copyOf(entries);
        }
    }

    /**
     * One line of a list.
     *
     * @param term an option, a task or an example
     * @param description of it, on one line; empty for an example
     */
    record Entry(String term, String description) {
    }

    static List<Part> parts(String text) {
        List<Part> parts = new ArrayList<>();
        // A list may follow its heading, and text a list, without a blank line.
        String apart = text.replaceAll("(?m)^(\\S.*)\n(?=    )", "$1\n\n").replaceAll("(?m)^(    .*)\n(?=\\S)", "$1\n\n");
        for (String block : apart.split("\n\n+")) {
            if (block.startsWith(ENTRY)) {
                parts.add(new Part("", entriesOf(block)));
            } else if (!block.isBlank()) {
                parts.add(new Part(block.strip(), List.of()));
            }
        }
        return parts;
    }

    private static List<Entry> entriesOf(String block) {
        List<Entry> entries = new ArrayList<>();
        for (String line : block.split("\n")) {
            if (line.startsWith(ENTRY + " ") && !entries.isEmpty()) {
                Entry last = entries.remove(entries.size() - 1);
                entries.add(new Entry(last.term(), (last.description() + " " + line.strip()).strip()));
            } else {
                String words = line.strip();
                int gap = words.indexOf("  ");
                entries.add(gap < 0 ? new Entry(words, "") : new Entry(words.substring(0, gap), words.substring(gap).strip()));
            }
        }
        return entries;
    }
}
