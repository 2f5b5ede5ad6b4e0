package io.heed.drawing;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.GeneralPath;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.text.Bidi;
import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.jline.utils.WCWidth;

/**
 * The letters of all pictures: Liberation Sans (SIL Open Font License), which comes with PDFBox and has the widths of Arial and
 * Helvetica. Text is measured with it, set in it in PDF, and filled as its outlines in PNG. Installed fonts are never used, so a
 * picture is the same on every machine.
 */
public final class Typeface {

    /** Its name in SVG, then fonts of the same widths. */
    static final String FAMILIES = "'Liberation Sans', Arial, Helvetica, sans-serif";

    private static final String ELLIPSIS = "…";

    private static final String FILE = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

    private static final class Holder {
        private static final Typeface STANDARD = new Typeface();
    }

    /**
     * A character and its place on a line.
     *
     * @param x where it starts, in units of the font's size
     * @param width its width
     * @param present whether the font has it
     */
    record Glyph(int codePoint, double x, double width, boolean present) {

        /** What is drawn for a character that the font lacks, at size 1 and from the glyph's start. */
        Rectangle2D box() {
            return new Rectangle2D.Double(width * .1, 0, width * .8, .72);
        }
    }

    private final TrueTypeFont font;
    private final CmapLookup characters;
    private final double unitsPerEm;

    private Typeface() {
        try {
            font = new TTFParser().parse(new RandomAccessReadBuffer(open()));
            characters = font.getUnicodeCmapLookup();
            unitsPerEm = font.getUnitsPerEm();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the only instance. */
    public static Typeface get() {
        return Holder.STANDARD;
    }

    /** Opens the font's file. */
    static InputStream open() {
        InputStream file = TrueTypeFont.class.getResourceAsStream(FILE);
        if (file == null) {
            throw new IllegalStateException(FILE + " is missing from PDFBox");
        }
        return file;
    }

    /** The width of a line of text at a size. */
    public double width(String text, double size) {
        List<Glyph> line = line(text);
        if (line.isEmpty()) {
            return 0;
        }
        Glyph last = line.get(line.size() - 1);
        return size * (last.x + last.width);
    }

    /** Returns text, cut at a whole character and followed by dots if it is wider than a width. */
    public String fit(String text, double size, double width) {
        if (width(text, size) <= width) {
            return text;
        }
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(text);
        int end = 0;
        for (int next = characters.next();
                next != BreakIterator.DONE && width(text.substring(0, next) + ELLIPSIS, size) <= width;
                next = characters.next()) {
            end = next;
        }
        return text.substring(0, end) + ELLIPSIS;
    }

    /** Returns the characters of a text, each once, that PNG and PDF show as empty boxes. */
    public String missing(String text) {
        return line(text).stream()
                .filter(glyph -> !glyph.present() && !Character.isISOControl(glyph.codePoint()))
                .map(glyph -> Character.toString(glyph.codePoint()))
                .distinct()
                .collect(Collectors.joining());
    }

    /** The characters of a line of text from left to right, whatever their reading direction. */
    List<Glyph> line(String text) {
        List<Glyph> line = new ArrayList<>();
        double x = 0;
        for (int codePoint : fromLeft(Normalizer.normalize(text, Normalizer.Form.NFC))
                .codePoints()
                .toArray()) {
            if (!takesNoRoom(codePoint)) {
                boolean present = characters.getGlyphId(codePoint) != 0;
                double width = present ? advance(codePoint) : widthOfMissing(codePoint);
                if (present || width > 0) {
                    line.add(new Glyph(codePoint, x, width, present));
                }
                x += width;
            }
        }
        return line;
    }

    /** Whether a character only controls how its neighbours are drawn: it joins them or selects among their shapes. */
    private static boolean takesNoRoom(int codePoint) {
        return Character.getType(codePoint) == Character.FORMAT || (codePoint >= 0xfe00 && codePoint <= 0xfe0f);
    }

    private double advance(int codePoint) {
        try {
            return font.getAdvanceWidth(characters.getGlyphId(codePoint)) / unitsPerEm;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The width in other fonts: a square for what is wide in terminals too, nothing for marks on letters. */
    private static double widthOfMissing(int codePoint) {
        return switch (WCWidth.wcwidth(codePoint)) {
            case 2 -> 1;
            case 0 -> 0;
            default -> .6;
        };
    }

    /** The outline of a character in the font, at size 1 and upside down: y runs up. */
    Shape outline(Glyph glyph) {
        try {
            var path = font.getGlyph().getGlyph(characters.getGlyphId(glyph.codePoint));
            var shape = path == null ? new GeneralPath() : path.getPath();
            shape.transform(AffineTransform.getScaleInstance(1 / unitsPerEm, 1 / unitsPerEm));
            return shape;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Brings the characters of right-to-left scripts into their visual order from the left (UAX 9). */
    private static String fromLeft(String text) {
        if (!Bidi.requiresBidi(text.toCharArray(), 0, text.length())) {
            return text;
        }
        Bidi bidi = new Bidi(text, Bidi.DIRECTION_LEFT_TO_RIGHT);
        int count = bidi.getRunCount();
        byte[] levels = new byte[count];
        String[] runs = new String[count];
        for (int run = 0; run < count; run++) {
            levels[run] = (byte) bidi.getRunLevel(run);
            String part = text.substring(bidi.getRunStart(run), bidi.getRunLimit(run));
            runs[run] = levels[run] % 2 == 0
                    ? part
                    : new StringBuilder(part).reverse().toString();
        }
        Bidi.reorderVisually(levels, 0, runs, 0, count);
        return String.join("", runs);
    }
}
