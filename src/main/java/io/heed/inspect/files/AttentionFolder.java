package io.heed.inspect.files;

import io.heed.AtomicFile;
import io.heed.inspect.MapKind;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.pictures.HeatMap;
import io.heed.inspect.pictures.Style;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes the page and the pictures of what a model read; {@link Dump} writes the numbers. */
public final class AttentionFolder {

    private AttentionFolder() {}

    /** Writes the page, and pictures of the attention in its first recording. */
    public static List<Path> write(Path folder, PageContent content, Set<Format> formats, Style style) {
        return write(folder, content, content.recordings().get(0).recording().maps(), formats, style);
    }

    /**
     * Writes the page and the pictures.
     *
     * @param content what the page shows
     * @param maps what is drawn in pictures; the files of all kinds but attention are named after the kind
     * @param formats formats that are not {@linkplain Format#ofNumbers() of numbers}
     * @return the files, in the order they were written
     * @throws io.heed.HeedException if the folder cannot be written
     */
    public static List<Path> write(Path folder, PageContent content, TokenMaps maps, Set<Format> formats, Style style) {
        List<Path> files = new ArrayList<>();
        for (Format format : formats) {
            switch (format) {
                case HTML -> {
                    Path file = folder.resolve("attention.html");
                    AttentionPage.write(file, content);
                    files.add(file);
                }
                case SVG, PNG -> {
                    List<HeatMap> pictures = pictures(maps, style);
                    List<String> names = names(maps);
                    for (int i = 0; i < pictures.size(); i++) {
                        Path file = folder.resolve(names.get(i) + "." + format);
                        pictures.get(i).write(file);
                        files.add(file);
                    }
                }
                case PDF -> {
                    byte[] pages = HeatMap.pdf(pictures(maps, style));
                    Path file = folder.resolve(maps.kind() + ".pdf");
                    AtomicFile.write(file, out -> out.write(pages));
                    files.add(file);
                }
                case NPZ, SAFETENSORS, JSON, CSV ->
                    throw new IllegalArgumentException(format + " is a format of numbers");
            }
        }
        return files;
    }

    /** The sheet, and each map; of the flow there is one alone. */
    private static List<HeatMap> pictures(TokenMaps maps, Style style) {
        List<HeatMap> pictures = new ArrayList<>();
        if (maps.kind().ofLayers()) {
            pictures.add(HeatMap.sheet(maps, style));
        }
        for (int layer = 0; layer < maps.layers(); layer++) {
            for (int head = 0; head < maps.heads(); head++) {
                pictures.add(HeatMap.ofHead(maps, layer, head, style));
            }
        }
        return pictures;
    }

    /** The pictures' names: {@code sheet} and {@code layer-0-head-0}, {@code rollout} and {@code rollout-layer-0}, {@code flow}. */
    private static List<String> names(TokenMaps maps) {
        MapKind kind = maps.kind();
        boolean attention = kind == MapKind.ATTENTION;
        List<String> names = new ArrayList<>();
        names.add(attention ? "sheet" : kind.toString());
        for (int layer = 0; layer < maps.layers(); layer++) {
            for (int head = 0; head < maps.heads(); head++) {
                names.add((attention ? "" : kind + "-") + "layer-" + layer + (kind.ofHeads() ? "-head-" + head : ""));
            }
        }
        return names; // of the flow, the first is the only one that is used
    }
}
