package murder.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import murder.benchmarks.Plot.Axis;
import murder.benchmarks.Plot.Point;
import murder.benchmarks.Plot.Style;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PlotTest {
    private static Document draw(Plot... plots) throws Exception {
        byte[] svg = Plot.svg("a < b & c", List.of(plots)).getBytes(StandardCharsets.UTF_8);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg));
    }

    private static List<Element> all(Document svg, String tag) {
        NodeList nodes = svg.getElementsByTagName(tag);
        return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
    }

    private static List<String> texts(Document svg) {
        return all(svg, "text").stream().map(Element::getTextContent).toList();
    }

    private static List<Double> numbers(Document svg, String attribute) {
        List<Double> numbers = new ArrayList<>();
        all(svg, "circle").forEach(circle -> numbers.add(Double.valueOf(circle.getAttribute(attribute))));
        return numbers;
    }

    @Test
    void namesEverythingAndEscapesIt() throws Exception {
        Plot plot = new Plot("cost", Axis.log("hosts"), Axis.linear("seconds"));
        Document svg = draw(plot.line("<us>", List.of(new Point(1, 2)), Style.PLAIN));
        assertThat(texts(svg)).contains("a < b & c", "cost", "hosts", "seconds", "<us>");
    }

    @Test
    void straightLineStaysStraight() throws Exception {
        for (boolean log : new boolean[] {false, true}) {
            Axis axis = new Axis("x", log);
            List<Point> points = List.of(new Point(1, 1), new Point(10, 10), new Point(100, 100));
            Document svg = draw(new Plot("", axis, axis).line("", points, Style.MARKED));
            List<Double> x = numbers(svg, "cx");
            List<Double> y = numbers(svg, "cy");
            double slope = (y.get(1) - y.get(0)) / (x.get(1) - x.get(0));
            assertThat((y.get(2) - y.get(1)) / (x.get(2) - x.get(1))).isCloseTo(slope, within(0.02));
            assertThat(x.get(1) - x.get(0)).isCloseTo((x.get(2) - x.get(1)) * (log ? 1 : 0.1), within(0.3));
        }
    }

    @Test
    void logarithmicTicksArePowersOfTen() throws Exception {
        Plot plot = new Plot("", Axis.log(""), Axis.linear("")).line("", List.of(new Point(0.02, 0), new Point(30, 4)), Style.STEPS);
        assertThat(texts(draw(plot))).contains("0.01", "0.1", "1", "10", "100", "0", "4").doesNotContain("0.001", "1000");
    }

    @Test
    void logarithmicAxisSkipsZeros() throws Exception {
        List<Point> points = List.of(new Point(0, 1), new Point(1, 0), new Point(2, 2));
        assertThat(all(draw(new Plot("", Axis.log(""), Axis.log("")).line("", points, Style.MARKED)), "circle")).hasSize(1);
    }

    @Test
    void drawsWithoutPoints() throws Exception {
        assertThat(texts(draw(new Plot("", Axis.log(""), Axis.linear("")).line("nothing", List.of(), Style.MARKED)))).contains("nothing");
    }
}
