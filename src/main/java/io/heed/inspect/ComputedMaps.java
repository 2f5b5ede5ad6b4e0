package io.heed.inspect;

import io.heed.checkpoint.LanguageModel;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Maps that are made of a recording.
 *
 * @param titles what they are called, by layer; {@code %d} stands for the layer and the head
 * @param maps by layer and head
 */
record ComputedMaps(MapKind kind, String text, Encoded encoded, String titles, String unit, List<List<float[][]>> maps)
        implements TokenMaps {

    /** Lengths as shares of the largest of all heads, which the unit tells. */
    static ComputedMaps valueWeighted(LanguageModel model, Recording recording) {
        List<List<float[][]>> maps = new ArrayList<>();
        double largest = 0;
        for (int layer = 0; layer < recording.layers(); layer++) {
            List<float[][]> heads = new ArrayList<>();
            for (int head = 0; head < recording.heads(); head++) {
                double[][] lengths = ValueWeighted.of(model, recording, layer, head);
                largest = Math.max(
                        largest,
                        Arrays.stream(lengths)
                                .flatMapToDouble(Arrays::stream)
                                .max()
                                .orElse(0));
                heads.add(floats(lengths));
            }
            maps.add(heads);
        }
        for (float[][] map : maps.stream().flatMap(List::stream).toList()) {
            for (float[] row : map) {
                for (int key = 0; key < row.length; key++) {
                    row[key] = (float) (largest > 0 ? row[key] / largest : 0);
                }
            }
        }
        String unit = String.format(Locale.ROOT, "length ÷ %.3g", largest);
        return new ComputedMaps(
                MapKind.VALUE_WEIGHTED,
                recording.text(),
                recording.encoded(),
                "value-weighted, layer %d, head %d",
                unit,
                maps);
    }

    static ComputedMaps rollout(Recording recording) {
        List<List<float[][]>> maps = Arrays.stream(Rollout.of(recording))
                .map(layer -> List.<float[][]>of(floats(layer)))
                .toList();
        return new ComputedMaps(
                MapKind.ROLLOUT, recording.text(), recording.encoded(), "rollout up to layer %d", "share", maps);
    }

    static ComputedMaps flow(Recording recording) {
        List<List<float[][]>> maps = List.of(List.<float[][]>of(floats(AttentionFlow.of(recording))));
        return new ComputedMaps(MapKind.FLOW, recording.text(), recording.encoded(), "attention flow", "flow", maps);
    }

    private static float[][] floats(double[][] rows) {
        float[][] floats = new float[rows.length][rows.length];
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < rows.length; column++) {
                floats[row][column] = (float) rows[row][column];
            }
        }
        return floats;
    }

    @Override
    public int layers() {
        return maps.size();
    }

    @Override
    public int heads() {
        return maps.get(0).size();
    }

    @Override
    public float[][] map(int layer, int head) {
        return maps.get(layer).get(head);
    }

    @Override
    public String title(int layer, int head) {
        return titles.formatted(layer, head);
    }
}
