package io.heed.inspect.files;

import io.heed.AtomicFile;
import io.heed.Json;
import io.heed.inspect.Quantity;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.page.AttentionPage;
import io.heed.inspect.page.PageContent;
import io.heed.inspect.page.TranslationPage;
import io.heed.inspect.pictures.HeatMap;
import io.heed.inspect.pictures.Style;
import io.heed.model.Trace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Writes the page and the pictures of what a model read; {@link Dump} writes the numbers. */
public final class AttentionFolder {

    /** Writes the page, and pictures of the attention in its first recording. */
    public static List<Path> write(Path folder, PageContent content, Set<DumpFormat> formats, Style style) {
        return write(folder, content, content.recordings().get(0).recording().maps(), formats, style);
    }

    /**
     * Writes the page and the pictures.
     *
     * @param content what the page shows
     * @param maps the maps to draw as pictures; files of any kind but attention are named after the kind
     * @param formats formats that are not {@linkplain DumpFormat#ofNumbers() of numbers}
     * @return the files, in the order they were written
     * @throws io.heed.HeedException if the folder cannot be written
     */
    public static List<Path> write(
            Path folder, PageContent content, TokenMaps maps, Set<DumpFormat> formats, Style style) {
        Quantity kind = maps.kind();
        boolean attention = kind == Quantity.ATTENTION;
        Supplier<List<Picture>> pictures = () -> new Pictures(content.model(), style)
                .of(maps, attention ? "sheet" : kind.toString(), attention ? "" : kind + "-");
        return new AttentionFolder(folder, file -> AttentionPage.write(file, content), pictures)
                .write(
                        formats,
                        kind + ".pdf",
                        () -> pictures.get().stream().map(Picture::map).toList());
    }

    /**
     * Writes the page and the pictures of a translation: all maps of its three attentions, and in PDF their sheets.
     *
     * @param model what the model is called
     * @param formats formats that are not {@linkplain DumpFormat#ofNumbers() of numbers}
     * @return the files, in the order they were written
     * @throws io.heed.HeedException if the folder cannot be written
     */
    public static List<Path> write(
            Path folder, String model, Recording translation, Set<DumpFormat> formats, Style style) {
        Pictures drawn = new Pictures(model, style);
        return new AttentionFolder(
                        folder,
                        file -> TranslationPage.write(file, model, translation),
                        () -> PARTS.stream()
                                .flatMap(part -> drawn.ofPart(translation, part).stream())
                                .toList())
                .write(
                        formats,
                        "attention.pdf",
                        () -> PARTS.stream()
                                .map(part -> HeatMap.sheet(translation.maps(part), style))
                                .toList());
    }

    /** A picture and the name of its file without the extension. */
    private record Picture(String name, HeatMap map) {}

    /** A translation's attentions, in the order of their sheets. */
    private static final List<Trace.Part> PARTS = List.of(Trace.Part.CROSS, Trace.Part.ENCODER, Trace.Part.DECODER);

    private final Path folder;
    private final Consumer<Path> page;
    private final Supplier<List<Picture>> pictures; // made on demand

    private AttentionFolder(Path folder, Consumer<Path> page, Supplier<List<Picture>> pictures) {
        this.folder = folder;
        this.page = page;
        this.pictures = pictures;
    }

    private List<Path> write(Set<DumpFormat> formats, String pdf, Supplier<List<HeatMap>> pages) {
        List<Path> files = new ArrayList<>();
        for (DumpFormat format : formats) {
            switch (format) {
                case HTML -> {
                    Path file = folder.resolve("attention.html");
                    page.accept(file);
                    files.add(file);
                }
                case SVG, PNG -> {
                    for (Picture picture : pictures.get()) {
                        Path file = folder.resolve(picture.name + "." + format);
                        picture.map.write(file);
                        files.add(file);
                    }
                }
                case PDF -> {
                    byte[] all = HeatMap.pdf(pages.get());
                    Path file = folder.resolve(pdf);
                    AtomicFile.write(file, out -> out.write(all));
                    files.add(file);
                }
                default -> throw new IllegalArgumentException(format + " is a format of numbers");
            }
        }
        return files;
    }

    /** How pictures are drawn, and the model that they name. */
    private record Pictures(String model, Style style) {

        List<Picture> ofPart(Recording translation, Trace.Part part) {
            String prefix = Json.word(part) + "-";
            return of(translation.maps(part), prefix + "sheet", prefix);
        }

        /**
         * The sheet, and each map, such as {@code sheet} and {@code layer-0-head-0}, {@code rollout} and {@code rollout-layer-0}; of the
         * flow there is one map alone.
         */
        List<Picture> of(TokenMaps maps, String sheet, String prefix) {
            Quantity kind = maps.kind();
            if (!kind.ofLayers()) {
                return List.of(new Picture(sheet, HeatMap.ofHead(maps, 0, 0, style, model)));
            }
            List<Picture> pictures = new ArrayList<>();
            pictures.add(new Picture(sheet, HeatMap.sheet(maps, style)));
            for (int layer = 0; layer < maps.layers(); layer++) {
                for (int head = 0; head < maps.heads(); head++) {
                    String name = prefix + "layer-" + layer + (kind.ofHeads() ? "-head-" + head : "");
                    pictures.add(new Picture(name, HeatMap.ofHead(maps, layer, head, style, model)));
                }
            }
            return pictures;
        }
    }
}
