package io.heed.inspect.pictures;

import io.heed.inspect.Recording;
import java.util.List;
import java.util.Locale;

/** Draws attention weights as SVG: rows are queries, columns are keys, the darker the more is read. */
public final class HeatMap {

    private static final int CELL = 36;
    private static final int FONT = 13;
    /** The mean width of a letter, as a share of the font's size. */
    private static final double LETTER = 0.62;

    private static final int SHEET_MAP = 220;

    private HeatMap() {}

    /** Returns the picture of one head, with its words and, where there is room, its numbers. */
    public static String ofHead(Recording maps, int layer, int head) {
        List<String> tokens = maps.encoded().tokens();
        int longest = tokens.stream().mapToInt(String::length).max().orElse(1);
        int label = (int) (Math.min(longest, 24) * FONT * LETTER) + 14;
        int side = tokens.size() * CELL;
        Svg svg = new Svg(label + side + 16, 40 + label + side + 16);
        svg.text(8, 24, "start", FONT + 3, "Layer %d, head %d: rows read columns".formatted(layer, head));
        svg.open("translate(%d %d)".formatted(label, 40 + label));
        for (int i = 0; i < tokens.size(); i++) {
            double middle = (i + .5) * CELL;
            svg.text(-8, middle + FONT * .35, "end", FONT, shown(tokens.get(i)));
            svg.upright(middle + FONT * .35, -8, FONT, shown(tokens.get(i)));
        }
        cells(svg, maps, layer, head, CELL, true);
        svg.close();
        return svg.finish();
    }

    /** Returns the picture of all heads side by side, a row a layer. */
    public static String sheet(Recording maps) {
        int gap = 28;
        int columns = maps.heads();
        int rows = maps.layers();
        Svg svg = new Svg(columns * (SHEET_MAP + gap) + gap, 36 + rows * (SHEET_MAP + gap + 8) + gap);
        svg.text(gap, 24, "start", FONT + 3, maps.text());
        for (int layer = 0; layer < rows; layer++) {
            for (int head = 0; head < columns; head++) {
                int left = gap + head * (SHEET_MAP + gap);
                int top = 36 + gap + layer * (SHEET_MAP + gap + 8);
                svg.text(left, top - 7, "start", FONT, "layer %d, head %d".formatted(layer, head));
                svg.open("translate(%d %d)".formatted(left, top));
                cells(svg, maps, layer, head, (double) SHEET_MAP / maps.length(), false);
                svg.close();
            }
        }
        return svg.finish();
    }

    private static void cells(Svg svg, Recording maps, int layer, int head, double size, boolean numbers) {
        float[][] weights = maps.weights(layer, head);
        List<String> tokens = maps.encoded().tokens();
        for (int query = 0; query < weights.length; query++) {
            for (int key = 0; key <= query; key++) {
                float weight = weights[query][key];
                String title = "%s reads %s: %s".formatted(tokens.get(query), tokens.get(key), weight);
                svg.cell(key * size, query * size, size, colour(weight), title);
                if (numbers && weight >= 0.005) {
                    String number = String.format(Locale.ROOT, "%.2f", weight).replaceFirst("^0", "");
                    svg.number((key + .5) * size, (query + .5) * size + 4, number, weight > 0.55);
                }
            }
        }
        svg.frame(weights.length * size);
    }

    /** White for nothing to a dark blue for all, by way of colours whose lightness falls evenly. */
    public static String colour(double weight) {
        double[][] stops = {{255, 255, 255}, {198, 219, 239}, {107, 174, 214}, {33, 113, 181}, {8, 48, 107}};
        double place = Math.max(0, Math.min(1, weight)) * (stops.length - 1);
        int below = Math.min(stops.length - 2, (int) place);
        StringBuilder colour = new StringBuilder("#");
        for (int channel = 0; channel < 3; channel++) {
            double mixed =
                    stops[below][channel] + (place - below) * (stops[below + 1][channel] - stops[below][channel]);
            colour.append(String.format(Locale.ROOT, "%02x", Math.round(mixed)));
        }
        return colour.toString();
    }

    private static String shown(String token) {
        return token.length() > 24 ? token.substring(0, 23) + "…" : token;
    }
}
