package io.heed.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.junit.jupiter.api.Test;

/** A line, on all three canvases. */
class DrawingTest {

    /** From the left edge to the right of a picture of 40 × 20 units, with a corner in its middle: down, then up. */
    private record Corner() implements Drawing {

        @Override
        public String title() {
            return "corner";
        }

        @Override
        public double width() {
            return 40;
        }

        @Override
        public double height() {
            return 20;
        }

        @Override
        public void drawOn(Canvas canvas) {
            canvas.line(
                    0xd55e00, 4, List.of(new Canvas.Point(0, 2), new Canvas.Point(20, 12), new Canvas.Point(40, 2)));
        }
    }

    /** Two pixels a unit; four of them from its middle, upwards and downwards, are the line. */
    private static void assertDrawn(BufferedImage image) {
        assertThat(image.getWidth()).isEqualTo(80);
        for (int[] on : new int[][] {{20, 11}, {40, 24}, {60, 16}}) {
            assertThat(image.getRGB(on[0], on[1]) & 0xffffff).isEqualTo(0xd55e00);
        }
        for (int[] beside : new int[][] {{20, 4}, {40, 10}, {40, 34}, {60, 24}}) {
            assertThat(image.getRGB(beside[0], beside[1]) & 0xffffff).isEqualTo(0xffffff);
        }
    }

    @Test
    void is_in_png() throws Exception {
        assertDrawn(ImageIO.read(new ByteArrayInputStream(new Corner().png(1))));
    }

    @Test
    void is_in_pdf() throws Exception {
        try (PDDocument document = Loader.loadPDF(Drawing.pdf(List.of(new Corner()), 1))) {
            assertDrawn(new PDFRenderer(document).renderImageWithDPI(0, 192));
        }
    }

    @Test
    void is_in_svg() {
        assertThat(new Corner().svg(1)).contains("stroke=\"#d55e00\" stroke-width=\"4\"", "d=\"M0 2L20 12L40 2\"");
    }

    @Test
    void keeps_its_colours_in_svg_unless_it_says_otherwise() {
        assertThat(new Corner().svg(1)).doesNotContain("<style");
    }
}
