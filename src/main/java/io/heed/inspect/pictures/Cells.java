package io.heed.inspect.pictures;

import io.heed.drawing.Canvas;
import io.heed.drawing.Canvas.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The squares of a map. */
final class Cells {

    /** The colour of keys that a query may not see, whatever the map's colours. */
    static final int HIDDEN = 0xf2f2f2;

    static final int FRAME = 0x8a8a8a;

    private Cells() {}

    /**
     * Draws the weights of a map, (T,S). Neighbours of one colour in a row become one rectangle, and all rectangles of one colour one
     * shape, which keeps the files of long texts small.
     *
     * @param causal whether the keys above the diagonal are hidden
     * @param place the upper left corner, and the size of a cell
     */
    static void draw(Canvas canvas, float[][] weights, boolean causal, Place place, Style style) {
        Map<Integer, List<Box>> ofColour = new TreeMap<>();
        for (int query = 0; query < weights.length; query++) {
            int seen = seen(weights, query, causal);
            for (int key = 0, next; key < seen; key = next) {
                int colour = style.colour(weights[query][key]);
                next = key + 1;
                while (next < seen && style.colour(weights[query][next]) == colour) {
                    next++;
                }
                ofColour.computeIfAbsent(colour, c -> new ArrayList<>()).add(place.cells(query, key, next - key));
            }
        }
        background(canvas, weights, place);
        ofColour.forEach(canvas::fill);
    }

    /** The number of keys that a query sees. */
    static int seen(float[][] weights, int query, boolean causal) {
        return causal ? query + 1 : weights[query].length;
    }

    static void background(Canvas canvas, float[][] weights, Place place) {
        canvas.fill(HIDDEN, List.of(place.all(weights)));
    }

    static void frame(Canvas canvas, float[][] weights, Place place) {
        canvas.frame(FRAME, place.all(weights));
    }

    /**
     * The place of a map.
     *
     * @param size the side of a cell
     */
    record Place(double left, double top, double size) {

        Box cells(int query, int key, int count) {
            return new Box(left + key * size, top + query * size, count * size, size);
        }

        Box all(float[][] weights) {
            return new Box(left, top, weights[0].length * size, weights.length * size);
        }
    }

    /** Shrinks a map: a square of {@code side × side} weights becomes the largest of them. */
    static float[][] pooled(float[][] weights, boolean causal, int side) {
        float[][] pooled = new float[(weights.length + side - 1) / side][(weights[0].length + side - 1) / side];
        for (int query = 0; query < weights.length; query++) {
            for (int key = 0; key < seen(weights, query, causal); key++) {
                float[] row = pooled[query / side];
                row[key / side] = Math.max(row[key / side], weights[query][key]);
            }
        }
        return pooled;
    }
}
