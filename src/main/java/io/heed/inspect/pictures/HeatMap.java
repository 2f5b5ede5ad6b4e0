package io.heed.inspect.pictures;

import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.drawing.Drawing;
import io.heed.drawing.Typeface;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.heads.HeadsThen;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A picture of attention weights, or of other maps of tokens by tokens: rows are queries, columns are keys, and a colour bar relates
 * colours to numbers. Keys that a query may not see are grey.
 */
public final class HeatMap {

    private final Drawing drawing;
    private final double scale;

    private HeatMap(Drawing drawing, double scale) {
        this.drawing = drawing;
        this.scale = scale;
    }

    /**
     * Returns the picture of one head, with its tokens, and the text below. Up to 30 tokens, cells that have the room show numbers. In a long text one token
     * in 2, 5, 10 … is named, with its index, so that names do not overlap. Cells become no smaller than 2 units.
     *
     * @param layer the layer, from 0
     * @param head the head, from 0
     * @throws HeedException if there is no such head
     */
    public static HeatMap ofHead(TokenMaps maps, int layer, int head, Style style) {
        return ofHead(maps, layer, head, style, "");
    }

    /**
     * Returns the picture of one head as {@link #ofHead(TokenMaps, int, int, Style)} does, with the model's name below it.
     *
     * @param model what the model is called, or ""
     * @throws HeedException if there is no such head
     */
    public static HeatMap ofHead(TokenMaps maps, int layer, int head, Style style, String model) {
        TokenMaps.check("layer", layer, maps.layers());
        TokenMaps.check("head", head, maps.heads());
        return new HeatMap(new HeadDrawing(maps, layer, head, style, model), style.scale());
    }

    /**
     * Returns the picture of the heads of a layer, in rows of at most four. For a long text a square is the largest weight of several
     * pairs, and the picture says so.
     *
     * @param layer the layer, from 0
     * @throws HeedException if there is no such layer
     */
    public static HeatMap ofLayer(TokenMaps maps, int layer, Style style) {
        TokenMaps.check("layer", layer, maps.layers());
        List<PanelDrawing.Panel> panels = IntStream.range(0, maps.heads())
                .mapToObj(head -> new PanelDrawing.Panel(layer, head))
                .toList();
        return new HeatMap(new PanelDrawing(maps, panels, Math.min(4, maps.heads()), style), style.scale());
    }

    /** Returns the picture of all maps, one row per layer, or up to four layers per row where a layer has one map; at most 300 000 squares,
     * otherwise as {@link #ofLayer}. */
    public static HeatMap sheet(TokenMaps maps, Style style) {
        List<PanelDrawing.Panel> panels = IntStream.range(0, maps.layers() * maps.heads())
                .mapToObj(i -> new PanelDrawing.Panel(i / maps.heads(), i % maps.heads()))
                .toList();
        int columns = maps.heads() > 1 ? maps.heads() : Math.min(4, maps.layers());
        return new HeatMap(new PanelDrawing(maps, panels, columns, style), style.scale());
    }

    /**
     * Returns the picture of what heads did over the course of training: for each measure a map of heads by steps.
     *
     * @param history at least one step, in order, all of one model's heads
     */
    public static HeatMap overTraining(List<HeadsThen> history, Style style) {
        return new HeatMap(new TrainingDrawing(history, style), style.scale());
    }

    /** Returns the characters of a text that PNG and PDF show as empty boxes, each once. */
    public static String withoutLetters(String text) {
        return Typeface.get().missing(text);
    }

    /** Returns a description for those who cannot see it. */
    public String title() {
        return drawing.title();
    }

    /** Returns the text of an SVG file. */
    public String svg() {
        return drawing.svg(scale);
    }

    /**
     * Returns the bytes of a PNG file.
     *
     * @throws HeedException if it would have more than a hundred million pixels
     */
    public byte[] png() {
        return drawing.png(scale);
    }

    /**
     * Returns the bytes of a PDF file with a page for each picture, at the scale of the first; there must be at least one.
     *
     * @throws HeedException if a page would be larger than PDF allows
     */
    public static byte[] pdf(List<HeatMap> pictures) {
        return Drawing.pdf(pictures.stream().map(picture -> picture.drawing).toList(), pictures.get(0).scale);
    }

    /**
     * Writes the picture to a file, in the format of its extension: {@code .svg}, {@code .png} or {@code .pdf}.
     *
     * @throws HeedException if the name ends in something else, the file cannot be written, or the picture is too large
     */
    public void write(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "svg" -> AtomicFile.writeText(file, svg());
            case "png" -> {
                byte[] bytes = png();
                AtomicFile.write(file, out -> out.write(bytes));
            }
            case "pdf" -> {
                byte[] bytes = pdf(List.of(this));
                AtomicFile.write(file, out -> out.write(bytes));
            }
            default ->
                throw new HeedException(
                        "%s is not a picture's file: its name must end in .svg, .png or .pdf".formatted(file));
        }
    }
}
