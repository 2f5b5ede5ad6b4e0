package io.heed.inspect.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.drawing.Canvas;
import io.heed.drawing.ColourMap;
import io.heed.drawing.Drawing;
import io.heed.drawing.Typeface;
import io.heed.inspect.Recording;
import java.awt.geom.Rectangle2D;
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
    private static final class Boxes implements Canvas {

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
        Boxes boxes = new Boxes();
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
