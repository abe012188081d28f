package murder.benchmarks.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class CompletionChartTest {
    private static final double NONE = Double.NaN;

    private static Document draw(int hosts, double boundS, CompletionChart.Curve... curves) throws Exception {
        String svg = CompletionChart.draw("a < b & c", hosts, boundS, List.of(curves));
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> texts(Document svg) {
        NodeList elements = svg.getElementsByTagName("text");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < elements.getLength(); i++) {
            texts.add(elements.item(i).getTextContent());
        }
        return texts;
    }

    private static List<double[]> points(Document svg, int curve) {
        List<double[]> points = new ArrayList<>();
        for (String point : ((Element) svg.getElementsByTagName("polyline").item(curve)).getAttribute("points").split(" ")) {
            String[] both = point.split(",");
            points.add(new double[] {Double.parseDouble(both[0]), Double.parseDouble(both[1])});
        }
        return points;
    }

    @Test
    void aLineRisesByOneStepWithEveryHost() throws Exception {
        Document svg = draw(3, NONE, new CompletionChart.Curve("murder", List.of(4.0, 1.0, 2.0)));
        List<double[]> points = points(svg, 0);
        assertThat(points).hasSize(7);
        double second = points.get(1)[0] - points.get(0)[0];
        double host = points.get(1)[1] - points.get(2)[1];
        assertThat(second).isPositive();
        assertThat(host).isPositive();
        for (int i = 0; i < 3; i++) {
            double[] before = points.get(1 + 2 * i);
            double[] after = points.get(2 + 2 * i);
            assertThat(before[0]).isEqualTo(after[0]).isCloseTo(points.get(0)[0] + List.of(1, 2, 4).get(i) * second, within(0.3));
            assertThat(before[1] - after[1]).isCloseTo(host, within(0.3));
        }
    }

    @Test
    void everyClientHasALineAndALabelWithItsSlowestHost() throws Exception {
        Document svg = draw(2, 1.5, new CompletionChart.Curve("murder", List.of(1.6, 1.7)),
            new CompletionChart.Curve("aria2", List.of(2.0, NONE)), new CompletionChart.Curve("http", List.of(NONE, NONE)));
        assertThat(texts(svg)).contains("murder: 1.7 s", "aria2: 2.0 s, 1 of 2", "http: no host, 0 of 2", "physical limit 1.5 s",
            "a < b & c");
        assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(3);
        assertThat(points(svg, 1)).hasSize(3);
        assertThat(points(svg, 2)).hasSize(1);
    }

    @Test
    void withoutALimitThereIsNoLineForIt() throws Exception {
        assertThat(texts(draw(1, NONE, new CompletionChart.Curve("murder", List.of(1.0))))).noneMatch(text -> text.contains("limit"));
    }

    @Test
    void nothingIsDrawnOutsideThePicture() throws Exception {
        for (double lastS : new double[] {0.003, 0.9, 1, 59.99, 100, 12345}) {
            Document svg = draw(30, lastS / 2, new CompletionChart.Curve("murder", List.of(lastS / 3, lastS)));
            assertThat(points(svg, 0)).allMatch(point -> point[0] >= 56 && point[0] <= 730 && point[1] >= 48 && point[1] <= 368);
        }
    }

    @Test
    void axesAreCutInRoundSteps() {
        assertThat(CompletionChart.roundStep(1)).isEqualTo(1);
        assertThat(CompletionChart.roundStep(1.1)).isEqualTo(2);
        assertThat(CompletionChart.roundStep(3)).isEqualTo(5);
        assertThat(CompletionChart.roundStep(51)).isEqualTo(100);
        assertThat(CompletionChart.roundStep(0.03)).isCloseTo(0.05, within(1e-12));
    }
}
