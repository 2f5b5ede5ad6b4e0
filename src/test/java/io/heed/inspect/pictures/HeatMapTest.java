package io.heed.inspect.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.HeedException;
import io.heed.drawing.Canvas.Box;
import io.heed.drawing.ColourMap;
import io.heed.inspect.Recording;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The three renderings, read back by other programs. */
class HeatMapTest {

    private static HeatMap head(int length, Style style) {
        return HeatMap.ofHead(Drawn.striped(2, 4, Drawn.tokens(length)).maps(), 1, 2, style);
    }

    private static HeatMap head(int length) {
        return head(length, Style.STANDARD);
    }

    /** Looks at the middle of each cell of a picture whose cells have no numbers. */
    private static void assertColours(BufferedImage image, Box frame, int length, double pixelsPerUnit) {
        double cell = frame.width() / length;
        int wrong = 0;
        for (int query = 0; query < length; query++) {
            for (int key = 0; key < length; key++) {
                int x = (int) ((frame.x() + (key + .5) * cell) * pixelsPerUnit);
                int y = (int) ((frame.y() + (query + .5) * cell) * pixelsPerUnit);
                int expected = key <= query ? Drawn.BLUES[Drawn.stop(query, key)] : Cells.HIDDEN;
                wrong += (image.getRGB(x, y) & 0xffffff) == expected ? 0 : 1;
            }
        }
        assertThat(wrong).as("cells of another colour").isZero();
    }

    @Nested
    class AsSvg {

        @Test
        void gives_cells_the_colours_of_their_weights() throws Exception {
            int length = 12;
            List<Element> cells = Drawn.elements(Drawn.parse(head(length).svg()), "title");
            assertThat(cells).hasSize(length * (length + 1) / 2);
            int i = 0;
            for (int query = 0; query < length; query++) {
                for (int key = 0; key <= query; key++) {
                    Element cell = (Element) cells.get(i++).getParentNode();
                    int stop = Drawn.stop(query, key);
                    assertThat(cell.getAttribute("fill")).isEqualTo("#%06x".formatted(Drawn.BLUES[stop]));
                    assertThat(cell.getTextContent()).endsWith(": " + Drawn.WEIGHTS[stop]);
                }
            }
        }

        @Test
        void gives_the_last_colour_to_weights_from_vmax_on() throws Exception {
            Document svg =
                    Drawn.parse(head(3, new Style(1, ColourMap.BLUES, .5)).svg());
            // stop(1, 0) is weight .25, half of vmax; stop(1, 1) is .75, above it
            List<Element> cells = Drawn.elements(svg, "title");
            assertThat(((Element) cells.get(1).getParentNode()).getAttribute("fill"))
                    .isEqualTo("#6baed6");
            assertThat(((Element) cells.get(2).getParentNode()).getAttribute("fill"))
                    .isEqualTo("#08306b");
        }

        @Test
        void grows_with_the_scale_and_keeps_its_units() throws Exception {
            Element once = Drawn.parse(head(5).svg()).getDocumentElement();
            Element thrice =
                    Drawn.parse(head(5, new Style(3, ColourMap.BLUES, 1)).svg()).getDocumentElement();
            assertThat(thrice.getAttribute("viewBox")).isEqualTo(once.getAttribute("viewBox"));
            assertThat(Drawn.number(thrice, "width")).isEqualTo(3 * Drawn.number(once, "width"));
            assertThat(Drawn.number(thrice, "height")).isEqualTo(3 * Drawn.number(once, "height"));
        }

        @Test
        void is_small_for_a_long_text() {
            assertThat(head(512).svg().length()).isLessThan(3_000_000);
        }

        @Test
        void shows_every_head_of_a_layer_once() throws Exception {
            HeatMap layer = HeatMap.ofLayer(Drawn.striped(2, 6, Drawn.tokens(5)).maps(), 1, Style.STANDARD);
            assertThat(Drawn.elements(Drawn.parse(layer.svg()), "text"))
                    .extracting(Element::getTextContent)
                    .filteredOn(text -> text.startsWith("layer"))
                    .containsExactly(
                            "layer 1, head 0",
                            "layer 1, head 1",
                            "layer 1, head 2",
                            "layer 1, head 3",
                            "layer 1, head 4",
                            "layer 1, head 5");
        }
    }

    @Nested
    class AsPng {

        @ParameterizedTest
        @ValueSource(ints = {40, 300})
        void has_the_colour_of_the_weight_in_the_middle_of_a_cell(int length) throws Exception {
            HeatMap map = head(length);
            assertColours(ImageIO.read(new ByteArrayInputStream(map.png())), Drawn.frame(map), length, 2);
        }

        @ParameterizedTest
        @ValueSource(doubles = {.5, 1.3, 2})
        void has_it_at_other_scales(double scale) throws Exception {
            HeatMap map = head(40, new Style(scale, ColourMap.BLUES, 1));
            assertColours(ImageIO.read(new ByteArrayInputStream(map.png())), Drawn.frame(map), 40, 2 * scale);
        }

        @Test
        void has_letters() throws Exception {
            HeatMap map = head(1);
            Box frame = Drawn.frame(map);
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(map.png()));
            int dark = 0;
            for (int x = 0; x < 2 * frame.x() - 2; x++) {
                for (int y = (int) (2 * frame.y()); y < 2 * frame.bottom(); y++) {
                    dark += (image.getRGB(x, y) & 0xff) < 0x80 ? 1 : 0;
                }
            }
            assertThat(dark).as("dark pixels of [BOS] beside the row").isBetween(100, 2000);
        }

        @Test
        void tells_192_dots_an_inch() throws Exception {
            ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
            reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(head(2).png())));
            Element metadata = (Element) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0");
            Element density = (Element) metadata.getElementsByTagName("pHYs").item(0);
            assertThat(density.getAttribute("pixelsPerUnitXAxis")).isEqualTo("7559"); // 192 / 0.0254 m
        }

        @Test
        void is_refused_where_it_would_not_fit_into_memory() {
            Recording maps = Drawn.striped(12, 12, Drawn.tokens(3));
            HeatMap map = HeatMap.sheet(maps.maps(), new Style(10, ColourMap.BLUES, 1));
            assertThatThrownBy(map::png)
                    .isInstanceOf(HeedException.class)
                    .hasMessageContainingAll("PNG", "too large", "scale below 10");
        }
    }

    @Nested
    class AsPdf {

        private static PDDocument read(byte[] pdf) throws IOException {
            return Loader.loadPDF(pdf);
        }

        @Test
        void has_a_page_for_each_picture_as_large_as_it_is() throws Exception {
            List<HeatMap> pictures = List.of(head(3), head(20));
            try (PDDocument document = read(HeatMap.pdf(pictures))) {
                assertThat(document.getNumberOfPages()).isEqualTo(2);
                for (int i = 0; i < 2; i++) {
                    Element svg = Drawn.parse(pictures.get(i).svg()).getDocumentElement();
                    // a unit is 1/96 inch, a point 1/72
                    assertThat((double) document.getPage(i).getMediaBox().getWidth())
                            .isEqualTo(Drawn.number(svg, "width") * 72 / 96, within(.01));
                }
            }
        }

        @Test
        void has_its_texts_as_text_in_an_embedded_font_and_no_image() throws Exception {
            Recording maps = Drawn.striped(1, 1, List.of("[BOS]", "Привет", "naïve", "中"));
            try (PDDocument document = read(HeatMap.pdf(List.of(HeatMap.ofHead(maps.maps(), 0, 0, Style.STANDARD))))) {
                assertThat(new PDFTextStripper().getText(document))
                        .contains("Layer 0, head 0", "[BOS]", "Привет", "naïve", "key (is read)", "0.75");
                PDPage page = document.getPage(0);
                assertThat(page.getResources().getXObjectNames()).isEmpty();
                for (COSName font : page.getResources().getFontNames()) {
                    assertThat(page.getResources().getFont(font).isEmbedded()).isTrue();
                }
            }
        }

        @Test
        void has_the_colours_of_the_weights() throws Exception {
            HeatMap map = head(40);
            try (PDDocument document = read(HeatMap.pdf(List.of(map)))) {
                BufferedImage image = new PDFRenderer(document).renderImageWithDPI(0, 192);
                assertColours(image, Drawn.frame(map), 40, 2);
            }
        }

        @Test
        void is_refused_where_a_page_would_be_larger_than_viewers_show() {
            HeatMap map = HeatMap.sheet(Drawn.striped(30, 30, List.of("a")).maps(), new Style(10, ColourMap.BLUES, 1));
            assertThatThrownBy(() -> HeatMap.pdf(List.of(map)))
                    .isInstanceOf(HeedException.class)
                    .hasMessageContainingAll("14400", "smaller scale");
        }
    }

    @Test
    void is_the_same_bytes_twice() {
        assertThat(head(9).svg()).isEqualTo(head(9).svg());
        assertThat(head(9).png()).isEqualTo(head(9).png());
        assertThat(HeatMap.pdf(List.of(head(9), head(2)))).isEqualTo(HeatMap.pdf(List.of(head(9), head(2))));
    }

    @Test
    void is_written_in_the_form_that_the_name_says(@TempDir Path folder) throws Exception {
        for (String name : List.of("a.svg", "a.PNG", "b.pdf")) {
            head(2).write(folder.resolve(name));
        }
        assertThat(Files.readString(folder.resolve("a.svg"))).startsWith("<svg ");
        assertThat(Files.readAllBytes(folder.resolve("a.PNG"))).startsWith(0x89, 'P', 'N', 'G');
        assertThat(Files.readAllBytes(folder.resolve("b.pdf"))).startsWith('%', 'P', 'D', 'F');
        assertThatThrownBy(() -> head(2).write(folder.resolve("c.gif")))
                .isInstanceOf(HeedException.class)
                .hasMessageContainingAll(".svg, .png or .pdf", "c.gif");
    }

    @Test
    void is_refused_for_a_head_that_is_not_there() {
        Recording maps = Drawn.striped(2, 4, List.of("a"));
        assertThatThrownBy(() -> HeatMap.ofHead(maps.maps(), 2, 0, Style.STANDARD))
                .isInstanceOf(HeedException.class)
                .hasMessage("there is no layer 2; there are 2, counted from 0, so the last is 1");
        assertThatThrownBy(() -> HeatMap.ofHead(maps.maps(), 0, -1, Style.STANDARD))
                .hasMessage("there is no head -1; there are 4, counted from 0, so the last is 3");
        assertThatThrownBy(() -> HeatMap.ofLayer(maps.maps(), 9, Style.STANDARD))
                .hasMessageContaining("no layer 9");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, 11})
    void is_refused_at_scales_out_of_range(double scale) {
        assertThatThrownBy(() -> new Style(scale, ColourMap.BLUES, 1))
                .isInstanceOf(HeedException.class)
                .hasMessageContainingAll("scale", "0.1 to 10", Double.toString(scale));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, Double.NaN, 1.01})
    void is_refused_at_a_vmax_that_is_no_weight(double vmax) {
        assertThatThrownBy(() -> new Style(1, ColourMap.BLUES, vmax))
                .isInstanceOf(HeedException.class)
                .hasMessageContainingAll("vmax", Double.toString(vmax));
    }
}
