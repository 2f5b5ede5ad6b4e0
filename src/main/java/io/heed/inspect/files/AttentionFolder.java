package io.heed.inspect.files;

import io.heed.checkpoint.AtomicFile;
import io.heed.inspect.Recording;
import io.heed.inspect.pictures.HeatMap;
import io.heed.inspect.pictures.Style;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes attention maps into a folder, in the forms that are asked for. */
public final class AttentionFolder {

    /** A form of the maps. */
    public enum Format {
        /** {@code attention.html}: a page to look at. */
        HTML,
        /** {@code attention.npz}: arrays for NumPy. */
        NPZ,
        /** {@code attention.json}: everything, for any program. */
        JSON,
        /** {@code sheet.svg} and {@code layer-L-head-H.svg}: pictures. */
        SVG,
        /** {@code sheet.png} and {@code layer-L-head-H.png}: the same in pixels. */
        PNG,
        /** {@code attention.pdf}: the sheet, and then a page for each head. */
        PDF;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private AttentionFolder() {}

    /**
     * Writes the maps.
     *
     * @return the files, in the order they were written
     * @throws HeedException if the folder cannot be written
     */
    public static List<Path> write(Path folder, Recording maps, Set<Format> formats) {
        List<Path> files = new ArrayList<>();
        for (Format format : formats) {
            switch (format) {
                case HTML -> {
                    Path file = folder.resolve("attention.html");
                    AttentionPage.write(file, PageContent.of(maps));
                    files.add(file);
                }
                case NPZ -> {
                    byte[] archive = AttentionNpz.of(maps);
                    Path file = folder.resolve("attention.npz");
                    AtomicFile.write(file, out -> out.write(archive));
                    files.add(file);
                }
                case JSON -> files.add(text(folder.resolve("attention.json"), AttentionJson.of(maps) + "\n"));
                case SVG, PNG -> {
                    List<HeatMap> pictures = pictures(maps);
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
                    byte[] pages = HeatMap.pdf(pictures(maps));
                    Path file = folder.resolve("attention.pdf");
                    AtomicFile.write(file, out -> out.write(pages));
                    files.add(file);
                }
            }
        }
        return files;
    }

    /** The sheet, and each head. */
    private static List<HeatMap> pictures(Recording maps) {
        List<HeatMap> pictures = new ArrayList<>();
        pictures.add(HeatMap.sheet(maps, Style.STANDARD));
        for (int layer = 0; layer < maps.layers(); layer++) {
            for (int head = 0; head < maps.heads(); head++) {
                pictures.add(HeatMap.ofHead(maps, layer, head, Style.STANDARD));
            }
        }
        return pictures;
    }

    private static Path text(Path file, String content) {
        AtomicFile.writeText(file, content);
        return file;
    }
}
