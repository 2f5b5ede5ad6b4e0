package io.heed.inspect.files;

import io.heed.checkpoint.AtomicFile;
import io.heed.inspect.Recording;
import io.heed.inspect.pictures.HeatMap;
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
        SVG;

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
                case SVG -> {
                    files.add(text(folder.resolve("sheet.svg"), HeatMap.sheet(maps)));
                    for (int layer = 0; layer < maps.layers(); layer++) {
                        for (int head = 0; head < maps.heads(); head++) {
                            Path file = folder.resolve("layer-%d-head-%d.svg".formatted(layer, head));
                            files.add(text(file, HeatMap.ofHead(maps, layer, head)));
                        }
                    }
                }
            }
        }
        return files;
    }

    private static Path text(Path file, String content) {
        AtomicFile.writeText(file, content);
        return file;
    }
}
