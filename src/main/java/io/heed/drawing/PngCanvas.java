package io.heed.drawing;

import io.heed.HeedException;
import java.awt.AWTError;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Draws PNG. Edges of rectangles fall between pixels; letters are outlines, so no font needs to be installed. */
final class PngCanvas implements Canvas {

    private static final int PIXELS_PER_UNIT = 2;
    private static final double UNITS_PER_METRE = 96 / 0.0254;
    /** 400 MB in memory. */
    private static final double MOST_PIXELS = 1e8;

    private final Graphics2D graphics;
    private final double resolution;

    private PngCanvas(Graphics2D graphics, double resolution) {
        this.graphics = graphics;
        this.resolution = resolution;
    }

    /**
     * Returns the bytes of a PNG file.
     *
     * @throws HeedException if it would be too large, or this Java cannot draw
     */
    static byte[] draw(Drawing drawing, double scale) {
        double resolution = scale * PIXELS_PER_UNIT;
        int width = (int) Math.ceil(drawing.width() * resolution);
        int height = (int) Math.ceil(drawing.height() * resolution);
        if ((double) width * height > MOST_PIXELS) {
            throw new HeedException("a PNG of %d × %d pixels is too large: choose a scale below %s, or write SVG or PDF"
                    .formatted(width, height, scale));
        }
        try {
            BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, width, height);
            drawing.drawOn(new PngCanvas(graphics, resolution));
            graphics.dispose();
            return encoded(image, resolution);
        } catch (LinkageError | AWTError e) {
            throw new HeedException(
                    "this Java cannot draw PNG (%s): start it with -Djava.awt.headless=true, or write SVG or PDF"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    @Override
    public void fill(int rgb, List<Box> boxes) {
        graphics.setColor(new Color(rgb));
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
        for (Box box : boxes) {
            int left = pixel(box.x());
            int top = pixel(box.y());
            graphics.fillRect(left, top, pixel(box.right()) - left, pixel(box.bottom()) - top);
        }
    }

    @Override
    public void frame(int rgb, Box box) {
        graphics.setColor(new Color(rgb));
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setStroke(new BasicStroke((float) resolution));
        int left = pixel(box.x());
        int top = pixel(box.y());
        graphics.draw(new Rectangle2D.Double(left, top, pixel(box.right()) - left, pixel(box.bottom()) - top));
    }

    @Override
    public void line(int rgb, double width, List<Point> points) {
        graphics.setColor(new Color(rgb));
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setStroke(new BasicStroke((float) (width * resolution), BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
        Path2D way = new Path2D.Double();
        way.moveTo(points.get(0).x() * resolution, points.get(0).y() * resolution);
        for (Point point : points.subList(1, points.size())) {
            way.lineTo(point.x() * resolution, point.y() * resolution);
        }
        graphics.draw(way);
    }

    private int pixel(double units) {
        return (int) Math.round(units * resolution);
    }

    @Override
    public void text(Text text) {
        Look look = text.look();
        AffineTransform line = AffineTransform.getTranslateInstance(text.x() * resolution, text.y() * resolution);
        if (look.upright()) {
            line.quadrantRotate(-1);
        }
        line.translate(text.start() * resolution, 0);
        line.scale(look.size() * resolution, -look.size() * resolution);
        graphics.setColor(new Color(look.rgb()));
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setStroke(new BasicStroke((float) (look.size() * resolution * .06)));
        for (Typeface.Glyph glyph : Typeface.get().line(text.content())) {
            AffineTransform place = new AffineTransform(line);
            place.translate(glyph.x(), 0);
            if (glyph.present()) {
                graphics.fill(place.createTransformedShape(Typeface.get().outline(glyph)));
            } else {
                graphics.draw(place.createTransformedShape(glyph.box()));
            }
        }
    }

    private static byte[] encoded(BufferedImage image, double resolution) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), null);
            metadata.mergeTree("javax_imageio_png_1.0", density(Math.round(resolution * UNITS_PER_METRE)));
            writer.setOutput(out);
            writer.write(new IIOImage(image, null, metadata));
        } catch (IIOInvalidTreeException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** PNG's chunk pHYs, which gives the picture's intended size to word processors. */
    private static IIOMetadataNode density(long pixelsPerMetre) {
        IIOMetadataNode density = new IIOMetadataNode("pHYs");
        density.setAttribute("pixelsPerUnitXAxis", Long.toString(pixelsPerMetre));
        density.setAttribute("pixelsPerUnitYAxis", Long.toString(pixelsPerMetre));
        density.setAttribute("unitSpecifier", "meter");
        IIOMetadataNode root = new IIOMetadataNode("javax_imageio_png_1.0");
        root.appendChild(density);
        return root;
    }
}
