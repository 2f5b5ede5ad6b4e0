package io.heed.inspect.pictures;

import io.heed.drawing.Canvas;
import io.heed.drawing.Canvas.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The squares of a map. */
final class Cells {

    /** Keys that a query may not see, on maps of all colours. */
    static final int HIDDEN = 0xf2f2f2;

    static final int FRAME = 0x8a8a8a;

    private Cells() {}

    /**
     * Draws the weights of a causal map, (T,T). Neighbours of one colour in a row are one rectangle, and rectangles of one colour one
     * shape, which keeps files of long texts small.
     *
     * @param place where its upper left corner is, and the size of a cell
     */
    static void draw(Canvas canvas, float[][] weights, Place place, Style style) {
        Map<Integer, List<Box>> ofColour = new TreeMap<>();
        for (int query = 0; query < weights.length; query++) {
            for (int key = 0, next; key <= query; key = next) {
                int colour = style.colour(weights[query][key]);
                next = key + 1;
                while (next <= query && style.colour(weights[query][next]) == colour) {
                    next++;
                }
                ofColour.computeIfAbsent(colour, c -> new ArrayList<>()).add(place.cells(query, key, next - key));
            }
        }
        background(canvas, weights.length, place);
        ofColour.forEach(canvas::fill);
    }

    static void background(Canvas canvas, int length, Place place) {
        canvas.fill(HIDDEN, List.of(place.all(length)));
    }

    static void frame(Canvas canvas, int length, Place place) {
        canvas.frame(FRAME, place.all(length));
    }

    /**
     * Where a map stands.
     *
     * @param size the side of a cell
     */
    record Place(double left, double top, double size) {

        Box cells(int query, int key, int count) {
            return new Box(left + key * size, top + query * size, count * size, size);
        }

        Box all(int length) {
            return new Box(left, top, length * size, length * size);
        }
    }

    /** Makes a map smaller: a square of {@code side × side} weights becomes the largest of them. */
    static float[][] pooled(float[][] weights, int side) {
        int length = (weights.length + side - 1) / side;
        float[][] pooled = new float[length][length];
        for (int query = 0; query < weights.length; query++) {
            for (int key = 0; key <= query; key++) {
                float[] row = pooled[query / side];
                row[key / side] = Math.max(row[key / side], weights[query][key]);
            }
        }
        return pooled;
    }
}
