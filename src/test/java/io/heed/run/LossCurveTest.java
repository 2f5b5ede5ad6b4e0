package io.heed.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.run.LossCurve.Curve;
import io.heed.run.LossCurve.Point;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The picture, read back as XML. */
class LossCurveTest {

    private static final String BLUE = "#0072b2";
    private static final String ORANGE = "#d55e00";

    private record Place(double x, double y) {}

    private static Document parse(Curve... curves) throws Exception {
        String svg = new LossCurve(List.of(curves)).svg(1);
        assertThat(svg).doesNotContain("NaN", "Infinity");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(UTF_8)));
    }

    private static List<Element> elements(Document svg, String name) {
        return IntStream.range(0, svg.getElementsByTagName(name).getLength())
                .mapToObj(i -> (Element) svg.getElementsByTagName(name).item(i))
                .toList();
    }

    private static List<String> texts(Document svg) {
        return elements(svg, "text").stream().map(Element::getTextContent).toList();
    }

    /** The longest line of a colour: the others are in the legend. */
    private static List<Place> line(Document svg, String colour) {
        String longest = elements(svg, "path").stream()
                .filter(path -> path.getAttribute("stroke").equals(colour))
                .map(path -> path.getAttribute("d"))
                .max((one, other) -> Integer.compare(one.length(), other.length()))
                .orElseThrow();
        return List.of(longest.substring(1).split("L")).stream()
                .map(place -> place.split(" "))
                .map(place -> new Place(Double.parseDouble(place[0]), Double.parseDouble(place[1])))
                .toList();
    }

    /** Where an axis has the label of a number. */
    private static double at(Document svg, String label, String axis) {
        String anchor = axis.equals("x") ? "middle" : "end";
        return elements(svg, "text").stream()
                .filter(text -> text.getTextContent().equals(label)
                        && text.getAttribute("text-anchor").equals(anchor))
                .mapToDouble(text -> Double.parseDouble(text.getAttribute(axis)))
                .findFirst()
                .orElseThrow();
    }

    private static Curve falling(String name, int count, double start) {
        List<Point> points = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            points.add(new Point(i, start / i, start / i + .5));
        }
        return new Curve(name, points);
    }

    @Test
    void places_losses_by_the_axes() throws Exception {
        Document svg = parse(new Curve("mine", List.of(new Point(0, 4, 5), new Point(50, 2, 3), new Point(200, 1, 2))));
        double zero = at(svg, "0", "x");
        double hundred = at(svg, "100", "x");
        double one = at(svg, "1.0", "y");
        double four = at(svg, "4.0", "y");
        List<Place> validation = line(svg, BLUE);
        List<Place> training = line(svg, ORANGE);
        assertThat(validation).hasSize(3);
        assertThat(validation.get(1).x).isEqualTo((zero + hundred) / 2, within(.02));
        assertThat(validation.get(2).x).isEqualTo(zero + 2 * (hundred - zero), within(.02));
        // the loss goes up by 3 from 1.0 to 4.0
        assertThat(training.get(2).y - training.get(0).y).isEqualTo(one - four, within(.02));
        assertThat(validation.get(1).y - training.get(1).y).isEqualTo((four - one) / 3, within(.02));
    }

    @Test
    void marks_and_names_the_lowest_validation_loss() throws Exception {
        Document svg = parse(
                new Curve("mine", List.of(new Point(10, 4, 5), new Point(1020, 2, 2.12345), new Point(3000, 1, 2.5))));
        assertThat(texts(svg)).contains("best 2.1235 at step 1,020", "training", "validation");
        Element mark = (Element) elements(svg, "title").get(0).getParentNode();
        assertThat(mark.getTextContent()).isEqualTo("mine: best 2.1235 at step 1,020");
        Place best = line(svg, BLUE).get(1);
        assertThat(number(mark, "x") + number(mark, "width") / 2).isEqualTo(best.x, within(.02));
        assertThat(number(mark, "y") + number(mark, "height") / 2).isEqualTo(best.y, within(.02));
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-5, 1.5, 40, 123456})
    void shows_a_run_of_one_evaluation(double loss) throws Exception {
        Document svg = parse(new Curve("mine", List.of(new Point(1, loss, loss))));
        assertThat(elements(svg, "title")).hasSize(1);
        assertThat(texts(svg)).contains("best %,.4f at step 1".formatted(loss).replace(",", ""));
    }

    @Test
    void shows_axes_if_there_is_nothing_yet() throws Exception {
        assertThat(texts(parse(new Curve("mine", List.of())))).contains("step", "0.0", "1.0");
        assertThat(texts(parse())).contains("step");
    }

    @Test
    void leaves_out_values_that_are_not_finite_and_breaks_the_line_there() throws Exception {
        Document svg = parse(new Curve(
                "mine",
                List.of(
                        new Point(1, Double.NaN, 5),
                        new Point(2, Double.POSITIVE_INFINITY, 4),
                        new Point(3, 3, Double.NaN),
                        new Point(4, 2, 3),
                        new Point(5, 1, 2))));
        assertThat(line(svg, ORANGE)).hasSize(3);
        List<Place> places = line(svg, BLUE);
        assertThat(places).hasSize(2);
        assertThat(elements(svg, "path"))
                .filteredOn(path -> path.getAttribute("stroke").equals(BLUE))
                .hasSize(3); // 1 to 2, 4 to 5, the legend
    }

    @Test
    void keeps_the_look_of_ten_thousand_evaluations_in_a_small_file() throws Exception {
        List<Point> points = new ArrayList<>(falling("", 10_000, 4).points());
        points.set(7_000, new Point(7_001, 4, 4.5)); // one that must not be lost
        Curve curve = new Curve("long", Collections.unmodifiableList(points));
        Document svg = parse(curve);
        assertThat(new LossCurve(List.of(curve)).svg(1).length()).isLessThan(120_000);
        List<Place> line = line(svg, BLUE);
        assertThat(line).hasSizeLessThan(3000);
        double highest = line.get(0).y;
        assertThat(line.subList(100, line.size()).stream().mapToDouble(Place::y).min())
                .hasValue(highest);
        assertThat(line).isSortedAccordingTo((one, other) -> Double.compare(one.x, other.x));
    }

    @Test
    void gives_each_of_several_runs_a_colour_its_name_and_its_best() throws Exception {
        Document svg = parse(falling("one", 20, 3), falling("two", 40, 2), falling("<&\u202e", 30, 4));
        assertThat(texts(svg))
                .contains("one", "two", "<&\\u202e", "best 0.6500 at step 20", "best 0.5500 at step 40")
                .contains("thick: validation, thin: training");
        assertThat(line(svg, BLUE)).hasSize(20);
        assertThat(line(svg, ORANGE)).hasSize(40);
        assertThat(line(svg, BLUE).get(19).x)
                .isEqualTo((line(svg, ORANGE).get(18).x + line(svg, ORANGE).get(20).x) / 2, within(.02));
    }

    @Test
    void has_a_dark_mode() {
        assertThat(new LossCurve(List.of(falling("one", 20, 3))).svg(1)).contains("prefers-color-scheme:dark");
    }

    @Test
    void has_none_where_a_page_has_its_own_and_is_otherwise_the_same() {
        LossCurve curve = new LossCurve(List.of(falling("one", 20, 3)));

        assertThat(curve.light().svg(1)).isEqualTo(curve.svg(1).replaceFirst("<style>.*</style>\n", ""));
        assertThat(curve.light().svg(1)).doesNotContain("<style>");
    }
}
