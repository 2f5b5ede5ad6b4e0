package io.heed.drawing;

import io.heed.HeedException;
import java.awt.geom.Rectangle2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.util.Matrix;

/** Draws PDF: shapes, and text in an embedded font. */
final class PdfCanvas implements Canvas {

    private static final double POINTS_PER_UNIT = 0.75;
    /** In points: 200 inches, the limit of many viewers. */
    private static final float LARGEST_PAGE = 14400;
    /** Keeps viewers from showing white hairs between cells that touch. */
    private static final float OVERLAP = 0.2f;

    /** How corners of lines are in PDF. */
    private static final int ROUND = 1;

    private final PDPageContentStream page;
    private final PDFont font;

    private PdfCanvas(PDPageContentStream page, PDFont font) {
        this.page = page;
        this.font = font;
    }

    /** Returns the bytes of a PDF file with a page for each drawing, as large as the drawing is. */
    static byte[] draw(List<? extends Drawing> drawings, double scale) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PDDocument document = new PDDocument();
                InputStream file = Typeface.open()) {
            document.setDocumentId(0L); // otherwise it would be the time, and no two files would be equal
            document.getDocumentInformation().setTitle(drawings.get(0).title());
            document.getDocumentInformation().setCreator("Heed");
            PDFont font = PDType0Font.load(document, file, true);
            for (Drawing drawing : drawings) {
                addPage(document, drawing, scale * POINTS_PER_UNIT, font);
            }
            document.save(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void addPage(PDDocument document, Drawing drawing, double scale, PDFont font) throws IOException {
        float width = (float) (drawing.width() * scale);
        float height = (float) (drawing.height() * scale);
        if (Math.max(width, height) > LARGEST_PAGE) {
            throw new HeedException(
                    "a PDF page of %.0f × %.0f points is larger than %.0f: choose a smaller scale, or write SVG"
                            .formatted(width, height, LARGEST_PAGE));
        }
        PDPage page = new PDPage(new PDRectangle(width, height));
        document.addPage(page);
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
            content.transform(new Matrix((float) scale, 0, 0, (float) -scale, 0, height));
            drawing.drawOn(new PdfCanvas(content, font));
        }
    }

    @Override
    public void fill(int rgb, List<Box> boxes) {
        write(() -> {
            page.setNonStrokingColor(red(rgb), green(rgb), blue(rgb));
            for (Box box : boxes) {
                page.addRect(
                        (float) box.x(),
                        (float) box.y(),
                        (float) box.width() + OVERLAP,
                        (float) box.height() + OVERLAP);
            }
            page.fill();
        });
    }

    @Override
    public void frame(int rgb, Box box) {
        write(() -> {
            page.setStrokingColor(red(rgb), green(rgb), blue(rgb));
            page.setLineWidth(1);
            page.addRect((float) box.x(), (float) box.y(), (float) box.width(), (float) box.height());
            page.stroke();
        });
    }

    @Override
    public void line(int rgb, double width, List<Point> points) {
        write(() -> {
            page.setStrokingColor(red(rgb), green(rgb), blue(rgb));
            page.setLineWidth((float) width);
            page.setLineJoinStyle(ROUND);
            page.moveTo((float) points.get(0).x(), (float) points.get(0).y());
            for (Point point : points.subList(1, points.size())) {
                page.lineTo((float) point.x(), (float) point.y());
            }
            page.stroke();
        });
    }

    @Override
    public void text(Text text) {
        write(() -> {
            Look look = text.look();
            page.setNonStrokingColor(red(look.rgb()), green(look.rgb()), blue(look.rgb()));
            page.setStrokingColor(red(look.rgb()), green(look.rgb()), blue(look.rgb()));
            List<Typeface.Glyph> line = Typeface.get().line(text.content());
            for (int from = 0; from < line.size(); ) {
                int to = from + 1;
                while (to < line.size()
                        && line.get(to).present() == line.get(from).present()) {
                    to++;
                }
                Matrix place = place(text, text.start() + line.get(from).x() * look.size());
                if (line.get(from).present()) {
                    show(line.subList(from, to), (float) look.size(), place);
                } else {
                    outline(line.subList(from, to), (float) look.size(), place);
                }
                from = to;
            }
        });
    }

    /** From a line of text, whose y runs up, to the page, whose y runs down. */
    private static Matrix place(Text text, double along) {
        return text.look().upright()
                ? new Matrix(0, -1, -1, 0, (float) text.x(), (float) (text.y() - along))
                : new Matrix(1, 0, 0, -1, (float) (text.x() + along), (float) text.y());
    }

    private void show(List<Typeface.Glyph> glyphs, float size, Matrix place) throws IOException {
        StringBuilder letters = new StringBuilder();
        glyphs.forEach(glyph -> letters.appendCodePoint(glyph.codePoint()));
        page.beginText();
        page.setFont(font, size);
        page.setTextMatrix(place);
        page.showText(letters.toString());
        page.endText();
    }

    private void outline(List<Typeface.Glyph> glyphs, float size, Matrix place) throws IOException {
        page.saveGraphicsState();
        page.transform(place);
        page.setLineWidth(size * .06f);
        for (Typeface.Glyph glyph : glyphs) {
            Rectangle2D box = glyph.box();
            double x = glyph.x() - glyphs.get(0).x() + box.getX();
            page.addRect((float) x * size, 0, (float) box.getWidth() * size, (float) box.getHeight() * size);
        }
        page.stroke();
        page.restoreGraphicsState();
    }

    private static float red(int rgb) {
        return (rgb >> 16 & 0xff) / 255f;
    }

    private static float green(int rgb) {
        return (rgb >> 8 & 0xff) / 255f;
    }

    private static float blue(int rgb) {
        return (rgb & 0xff) / 255f;
    }

    @FunctionalInterface
    private interface Writing {
        void run() throws IOException;
    }

    /** Writes to the page, which is in memory and so does not fail. */
    private static void write(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
