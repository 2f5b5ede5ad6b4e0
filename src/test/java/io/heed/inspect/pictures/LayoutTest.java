package io.heed.inspect.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.StoredModel;
import io.heed.drawing.Canvas;
import io.heed.drawing.ColourMap;
import io.heed.drawing.Drawing;
import io.heed.drawing.Typeface;
import io.heed.inspect.Recording;
import io.heed.inspect.circuit.CircuitExample;
import io.heed.inspect.circuit.CircuitReport;
import io.heed.inspect.circuit.Metric;
import io.heed.inspect.circuit.graph.Circuit;
import io.heed.inspect.circuit.graph.Edge;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.pairs.PairSplit;
import io.heed.model.Trace;
import java.awt.geom.Rectangle2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where things stand in pictures. */
class LayoutTest {

    /** Notes the boxes of texts and frames. */
    private static class Boxes implements Canvas {

        private final List<Rectangle2D> texts = new ArrayList<>();
        private final List<Rectangle2D> frames = new ArrayList<>();
        private final List<String> words = new ArrayList<>();

        @Override
        public void fill(int rgb, List<Box> boxes) {
            assertThat(boxes).allSatisfy(box -> assertThat(box.width()).isPositive());
        }

        @Override
        public void frame(int rgb, Box box) {
            frames.add(new Rectangle2D.Double(box.x(), box.y(), box.width(), box.height()));
        }

        @Override
        public void line(int rgb, double width, List<Point> points) {
            throw new AssertionError("maps have no lines");
        }

        @Override
        public void text(Text text) {
            double size = text.look().size();
            double length = Typeface.get().width(text.content(), size);
            double start = text.start();
            double above = .73 * size; // as high as an l, as deep as a g
            double height = .94 * size;
            words.add(text.content());
            texts.add(
                    text.look().upright()
                            ? new Rectangle2D.Double(text.x() - above, text.y() - start - length, height, length)
                            : new Rectangle2D.Double(text.x() + start, text.y() - above, length, height));
        }
    }

    private static Boxes check(Drawing drawing) {
        return check(drawing, new Boxes());
    }

    private static Boxes check(Drawing drawing, Boxes boxes) {
        drawing.drawOn(boxes);
        Rectangle2D picture = new Rectangle2D.Double(0, 0, drawing.width(), drawing.height());
        for (int i = 0; i < boxes.texts.size(); i++) {
            Rectangle2D text = boxes.texts.get(i);
            String word = boxes.words.get(i);
            assertThat(picture.contains(text))
                    .as("'%s' is in the picture", word)
                    .isTrue();
            for (Rectangle2D frame : boxes.frames) {
                assertThat(frame.contains(text) || !frame.intersects(text))
                        .as("'%s' leaves the frames alone", word)
                        .isTrue();
            }
            for (int j = 0; j < i; j++) {
                assertThat(text.intersects(boxes.texts.get(j)))
                        .as("'%s' overlaps '%s'", word, boxes.words.get(j))
                        .isFalse();
            }
        }
        for (Rectangle2D frame : boxes.frames) {
            assertThat(picture.contains(frame)).isTrue();
        }
        return boxes;
    }

    /** A circuit that was known, on some of the pairs that a model's grammar makes. */
    private static CircuitReport circuit(String model, String edges) {
        Path folder = Path.of("models", model);
        try (LanguageModel read = ModelFolder.translates(folder)
                ? ModelFolder.readTranslator(folder, Device.cpu())
                : ModelFolder.read(folder, Device.cpu())) {
            return CircuitReport.of(
                    read,
                    new CircuitReport.Wanted(
                            model, List.of(), PairSplit.made(read).first(4).proving(), Metric.LOGIT_DIFFERENCE, 0),
                    new Circuit(List.of(edges.split(" ", -1))),
                    done -> {});
        }
    }

    /** Checks a circuit's picture, and returns the numbers at its arrows. */
    private static List<String> numbers(CircuitReport report) {
        List<String> words = check(new CircuitDrawing(report), new Boxes() {
                    @Override
                    public void line(int rgb, double width, List<Point> points) {
                        assertThat(points).hasSizeGreaterThan(1);
                    }
                })
                .words;
        List<String> numbers =
                words.stream().filter(word -> word.matches("-?\\d+ %")).toList();
        int arrows = new CircuitLayout(report.example(), 0, 0).arrows().size();
        List<String> note = words.stream()
                .filter(word -> word.startsWith("without a number"))
                .toList();
        assertThat(note)
                .isEqualTo(
                        numbers.size() == arrows
                                ? List.of()
                                : List.of("without a number, for want of room: " + (arrows - numbers.size())));
        return numbers;
    }

    /** The circuits that {@code heed circuit} finds in the models that ship. */
    @ParameterizedTest
    @CsvSource({
        "toy, 9, words→ff0 ff0→1.0.v words→1.1.v ff0→1.1.v 1.0→ff1 1.1→ff1 1.0→logits 1.1→logits ff1→logits",
        "fr-en, 10, source→enc.ff0 source→cross.1.0.v enc.ff0→cross.1.0.v source→cross.1.1.v enc.ff0→cross.1.1.v"
                + " cross.1.0→ff1 cross.1.1→ff1 cross.1.0→logits cross.1.1→logits ff1→logits"
    })
    void each_number_of_a_circuit_stands_apart(String model, int arrows, String edges) {
        assertThat(numbers(circuit(model, edges))).hasSize(arrows);
    }

    /** Every second edge of the toy model at some position or other, and a text of which each word was exchanged for a longer one. */
    @Test
    void numbers_of_a_crowded_circuit_stand_apart_or_are_counted() {
        CircuitReport report = circuit("toy", "words→1.1.v ff0→1.1.v words→ff0 1.1→logits");
        List<CircuitExample.Place> places = new ArrayList<>();
        int length = report.example().clean().size();
        List<Edge> edges = new Graph(StoredModel.open(Path.of("models/toy")).config()).edges();
        for (int i = 0; i < edges.size(); i += 2) {
            int position = edges.get(i).to().reader() == Trace.Reader.LOGITS ? length - 1 : i * 5 % length;
            places.add(new CircuitExample.Place(edges.get(i), position, (i * 37 % 200 - 50) / 150.));
        }
        CircuitExample example = report.example();
        CircuitExample crowded = new CircuitExample(
                example.pair(),
                example.clean(),
                example.clean().stream()
                        .map(word -> word + "internationalization")
                        .toList(),
                example.written(),
                example.answer(),
                example.wrong(),
                example.probability(),
                example.alone(),
                example.without(),
                example.sharing(),
                places,
                0);
        assertThat(numbers(new CircuitReport(
                        report.model(),
                        report.metric(),
                        report.found(),
                        report.all(),
                        report.tolerance(),
                        report.edges(),
                        report.nodes(),
                        report.proof(),
                        report.agreement(),
                        report.resampled(),
                        crowded,
                        report.standIns())))
                .hasSizeGreaterThan(40);
    }

    private static Drawing head(int length) {
        return new HeadDrawing(Drawn.striped(1, 1, Drawn.tokens(length)).maps(), 0, 0, Style.STANDARD, "toy");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 13, 20, 21, 30, 31, 47, 60, 61, 80, 100, 300, 512})
    void a_head_has_its_texts_in_the_picture_beside_the_map_and_apart(int length) {
        Drawing drawing = head(length);
        check(drawing);
        assertThat(drawing.width()).isLessThan(1400);
        assertThat(drawing.height()).isLessThan(1400);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "1, 1, 300",
        "2, 4, 13",
        "2, 4, 60",
        "1, 16, 22",
        "12, 12, 5",
        "12, 12, 24",
        "12, 12, 300",
        "24, 16, 2"
    })
    void a_sheet_has_its_texts_in_the_picture_beside_the_maps_and_apart(int layers, int heads, int length) {
        Recording maps = Drawn.striped(layers, heads, Drawn.tokens(length));
        List<PanelDrawing.Panel> panels = IntStream.range(0, layers * heads)
                .mapToObj(i -> new PanelDrawing.Panel(i / heads, i % heads))
                .toList();
        Drawing drawing = new PanelDrawing(maps.maps(), panels, heads, new Style(1, ColourMap.CIVIDIS, .3));
        Boxes boxes = check(drawing);
        assertThat(boxes.frames).hasSize(layers * heads + 1); // and the colour bar's
        assertThat(boxes.words).contains("layer %d, head %d".formatted(layers - 1, heads - 1), "≥ 0.3");
        assertThat(drawing.width()).isLessThan(Math.max(1600, heads * 120));
    }

    @Test
    void numbers_stand_in_cells_up_to_30_tokens() {
        assertThat(check(head(30)).words).contains(".25", "1.00");
        assertThat(check(head(31)).words).doesNotContain(".25", "1.00");
    }

    @Test
    void all_tokens_are_named_where_there_is_room_and_else_every_tenth_with_its_index() {
        assertThat(check(head(60)).words)
                .filteredOn(word -> word.matches("the \\(\\d+\\)"))
                .hasSize(2 * 9) // one of 7 words, on both axes
                .startsWith("the (1)", "the (8)");
        assertThat(check(head(300)).words)
                .contains(
                        "300 tokens; one in 10 is named",
                        "0 [BOS]",
                        "10 internationalization",
                        "290 internationalization")
                .filteredOn(word -> word.matches("\\d+ .*[^d]"))
                .hasSize(2 * 30);
    }

    @Test
    void a_sheet_of_a_long_text_says_how_many_pairs_a_square_stands_for() {
        Recording maps = Drawn.striped(12, 12, Drawn.tokens(300));
        // 300 000 squares in 144 halves of a map are at most 64.5 a side; 300 / 64.5 is above 4
        // above 3
        assertThat(HeatMap.sheet(maps.maps(), Style.STANDARD).svg()).contains("the largest weight of 5 × 5 pairs");
    }

    @Test
    void pooling_keeps_the_largest_weight() {
        float[][] weights = {{1, 0, 0}, {.2f, .8f, 0}, {.1f, .3f, .6f}};
        assertThat(Cells.pooled(weights, true, 2)).isDeepEqualTo(new float[][] {{1, 0}, {.3f, .6f}});
    }
}
