package murder.benchmarks.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class CompletionChartTest {
    private static final double NONE = Double.NaN;
    private static final Pattern STEP = Pattern.compile("H([0-9.]+) L([0-9.]+) ([0-9.]+)");

    private static Document draw(int hosts, double boundS, CompletionChart.Curve... curves) throws Exception {
        String svg = CompletionChart.draw("a < b & c", hosts, boundS, List.of(curves));
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> all(Document svg, String tag) {
        NodeList elements = svg.getElementsByTagName(tag);
        return IntStream.range(0, elements.getLength()).mapToObj(i -> (Element) elements.item(i)).toList();
    }

    private static List<String> texts(Document svg) {
        return all(svg, "text").stream().map(Element::getTextContent).toList();
    }

    /**
     * Of each rise of the lines of steps: where the line goes to before it, and where it is after
     * it.
     */
    private static List<double[]> rises(Document svg) {
        return all(svg, "path").stream().flatMap(path -> STEP.matcher(path.getAttribute("d")).results())
            .map((MatchResult step) -> IntStream.rangeClosed(1, 3).mapToDouble(i -> Double.parseDouble(step.group(i))).toArray())
            .toList();
    }

    @Test
    void lineRisesWithEveryHost() throws Exception {
        List<double[]> rises = rises(draw(3, NONE, new CompletionChart.Curve("murder", List.of(4.0, 1.0, 2.0))));
        assertThat(rises).hasSize(3);
        assertThat(rises).allMatch(rise -> rise[0] == rise[1]);
        double second = rises.get(1)[0] - rises.get(0)[0];
        assertThat(second).isPositive();
        assertThat(rises.get(2)[0] - rises.get(1)[0]).isCloseTo(2 * second, within(0.3));
        double host = rises.get(0)[2] - rises.get(1)[2];
        assertThat(host).isPositive();
        assertThat(rises.get(1)[2] - rises.get(2)[2]).isCloseTo(host, within(0.3));
    }

    @Test
    void everyClientHasLineAndLabel() throws Exception {
        Document svg = draw(2, 1.5, new CompletionChart.Curve("murder", List.of(1.6, 1.7)),
            new CompletionChart.Curve("aria2", List.of(2.0, NONE)), new CompletionChart.Curve("http", List.of(NONE, NONE)));
        assertThat(texts(svg)).contains("murder: 1.7 s", "aria2: 2.0 s, 1 of 2", "http: no host, 0 of 2", "physical limit: 1.5 s",
            "a < b & c");
        assertThat(rises(svg)).hasSize(3);
    }

    @Test
    void drawsLimitOnlyIfGiven() throws Exception {
        CompletionChart.Curve curve = new CompletionChart.Curve("murder", List.of(1.0));
        // The line and its place in the legend.
        assertThat(all(draw(1, 0.5, curve), "path")).filteredOn(path -> path.hasAttribute("stroke-dasharray")).hasSize(2).first()
            .matches(path -> path.getAttribute("d").matches("M([0-9.]+) [0-9.]+ L\\1 [0-9.]+"));
        Document without = draw(1, NONE, curve);
        assertThat(texts(without)).noneMatch(text -> text.contains("limit"));
        assertThat(all(without, "path")).noneMatch(path -> path.hasAttribute("stroke-dasharray"));
    }

    @Test
    void nothingIsDrawnOutsideTheFrame() throws Exception {
        for (double lastS : new double[] {0.003, 0.9, 1, 59.99, 100, 12345}) {
            Document svg = draw(30, lastS / 2, new CompletionChart.Curve("murder", List.of(lastS / 3, lastS)));
            Element frame = all(svg, "rect").get(1);
            double left = Double.parseDouble(frame.getAttribute("x"));
            double top = Double.parseDouble(frame.getAttribute("y"));
            double right = left + Double.parseDouble(frame.getAttribute("width"));
            double bottom = top + Double.parseDouble(frame.getAttribute("height"));
            assertThat(rises(svg)).hasSize(2)
                .allMatch(rise -> rise[0] >= left && rise[0] <= right && rise[2] >= top && rise[2] <= bottom);
        }
    }
}
