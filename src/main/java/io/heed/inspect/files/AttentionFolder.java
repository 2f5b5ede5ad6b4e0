package io.heed.inspect.files;

import io.heed.checkpoint.AtomicFile;
import io.heed.inspect.Recording;
import io.heed.inspect.pictures.HeatMap;
import io.heed.inspect.pictures.Style;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes the page and the pictures of what a model read; {@link Dump} writes the numbers. */
public final class AttentionFolder {

    private AttentionFolder() {}

    /**
     * Writes the page and the pictures.
     *
     * @param content what the page shows; pictures are of its first recording
     * @param formats formats that are not {@linkplain Format#ofNumbers() of numbers}
     * @return the files, in the order they were written
     * @throws io.heed.HeedException if the folder cannot be written
     */
    public static List<Path> write(Path folder, PageContent content, Set<Format> formats, Style style) {
        List<Path> files = new ArrayList<>();
        Recording maps = content.recordings().get(0).recording();
        for (Format format : formats) {
            switch (format) {
                case HTML -> {
                    Path file = folder.resolve("attention.html");
                    AttentionPage.write(file, content);
                    files.add(file);
                }
                case SVG, PNG -> {
                    List<HeatMap> pictures = pictures(maps, style);
                    for (int i = 0; i < pictures.size(); i++) {
                        int head = i - 1; // the sheet is first
                        String name = i == 0
                                ? "sheet"
                                : "layer-%d-head-%d".formatted(head / maps.heads(), head % maps.heads());
                        Path file = folder.resolve(name + "." + format);
                        pictures.get(i).write(file);
                        files.add(file);
                    }
                }
                case PDF -> {
                    byte[] pages = HeatMap.pdf(pictures(maps, style));
                    Path file = folder.resolve("attention.pdf");
                    AtomicFile.write(file, out -> out.write(pages));
                    files.add(file);
                }
                case NPZ, SAFETENSORS, JSON, CSV ->
                    throw new IllegalArgumentException(format + " is a format of numbers");
            }
        }
        return files;
    }

    /** The sheet, and each head. */
    private static List<HeatMap> pictures(Recording maps, Style style) {
        List<HeatMap> pictures = new ArrayList<>();
        pictures.add(HeatMap.sheet(maps, style));
        for (int layer = 0; layer < maps.layers(); layer++) {
            for (int head = 0; head < maps.heads(); head++) {
                pictures.add(HeatMap.ofHead(maps, layer, head, style));
            }
        }
        return pictures;
    }
}
