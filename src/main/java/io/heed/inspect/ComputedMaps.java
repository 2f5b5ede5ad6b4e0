package io.heed.inspect;

import io.heed.text.tokenizer.Encoded;
import java.util.List;
import java.util.Locale;

/**
 * Maps that are computed from a recording.
 *
 * @param kind what they show
 * @param titles what they are called, by layer; {@code %d} stands for the layer and the head
 * @param tensors (T,T) or (H,T,T), by layer
 * @param scale what the numbers are divided by, so that none is above 1
 */
record ComputedMaps(Quantity kind, String titles, String unit, Passage passage, List<Tensor> tensors, double scale)
        implements TokenMaps {

    /** Divides numbers by the largest of all if the unit says what that is. */
    static ComputedMaps of(Quantity kind, String titles, String unit, Passage passage, List<Tensor> tensors) {
        double largest = 0;
        for (Tensor tensor : tensors) {
            for (float value : tensor.values()) {
                largest = Math.max(largest, value);
            }
        }
        String told = String.format(Locale.ROOT, unit, largest);
        return new ComputedMaps(kind, titles, told, passage, tensors, told.equals(unit) || largest == 0 ? 1 : largest);
    }

    @Override
    public String text() {
        return passage.text();
    }

    @Override
    public Encoded encoded() {
        return passage.encoded();
    }

    @Override
    public int layers() {
        return tensors.size();
    }

    @Override
    public int heads() {
        return kind.ofHeads() ? (int) tensors.get(0).shape()[0] : 1;
    }

    @Override
    public float[][] map(int layer, int head) {
        Tensor tensor = tensors.get(layer);
        float[][] rows = (kind.ofHeads() ? tensor.at(head) : tensor).rows();
        for (float[] row : rows) {
            for (int key = 0; key < row.length; key++) {
                row[key] = (float) (row[key] / scale);
            }
        }
        return rows;
    }

    @Override
    public String title(int layer, int head) {
        return titles.formatted(layer, head);
    }
}
