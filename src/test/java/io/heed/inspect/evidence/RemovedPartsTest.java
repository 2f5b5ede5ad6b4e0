package io.heed.inspect.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ScoreAttribution.Cell;
import io.heed.inspect.evidence.ScoreAttribution.Part;
import io.heed.model.Trace.Step;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A term is what a score loses when its parts are taken out of what the query and the key read: computed here from recorded arrays alone. */
class RemovedPartsTest {

    private static final String TEXT = "the dog , which saw a bird , sat";
    private static final int LAYER = 1;
    private static final int QUERY = 8;
    private static final int KEY = 2;

    /** A model's score of one cell of layer 1, in plain arithmetic: from weights by name and the recorded stream. */
    private record ByHand(
            LanguageModel model, Recording recording, int head, boolean centred, int turned, double slower) {

        private static final double[] NOTHING = new double[16]; // the width of the models

        private float[] weight(String name) {
            return model.numbers().of(model.transformer().plan().get("h." + LAYER + "." + name));
        }

        double score(double[] withoutInQuery, double[] withoutInKey) {
            int width = model.transformer().config().headWidth();
            int keyHead = head / model.transformer().config().attention().sharing();
            double[] q = side(withoutInQuery, QUERY, head * width, "q_norm", Step.PROJECTED_QUERY);
            int keys = model.transformer().config().heads() * width;
            double[] k = side(withoutInKey, KEY, keys + keyHead * width, "k_norm", Step.PROJECTED_KEY);
            double product = 0;
            for (int d = 0; d < width; d++) {
                product += q[d] * k[d];
            }
            return product / Math.sqrt(width);
        }

        /** A query or key of the position's stream without a part, of which σ and the head's root stay what they are with it. */
        private double[] side(double[] without, int position, int from, String headNorm, Step projected) {
            float[] x = recording.get(LAYER, Step.RESIDUAL_BEFORE).at(position).values();
            double mean = 0;
            double rest = 0; // the mean of what is left
            for (int c = 0; c < x.length; c++) {
                mean += centred ? x[c] / (double) x.length : 0;
                rest += centred ? (x[c] - without[c]) / x.length : 0;
            }
            double squares = 0;
            for (float number : x) {
                squares += (number - mean) * (number - mean) / x.length;
            }
            double sigma =
                    Math.sqrt(squares + model.transformer().config().norm().epsilon());
            float[] scale = weight("ln_1.weight");
            float[] shift = weight("ln_1.bias");
            float[] matrix = weight("attn.c_attn.weight");
            float[] bias = weight("attn.c_attn.bias");
            int columns = bias.length;
            double[] made = new double[model.transformer().config().headWidth()];
            for (int d = 0; d < made.length; d++) {
                made[d] = bias[from + d];
                for (int c = 0; c < x.length; c++) {
                    double normed = (x[c] - without[c] - rest) / sigma * scale[c] + shift[c];
                    made[d] += normed * matrix[c * columns + from + d];
                }
            }
            if (model.transformer().config().attention().queryKeyNorm()) {
                float[] whole =
                        recording.get(LAYER, projected).at(head, position).values();
                double root = 0;
                for (float number : whole) {
                    root += (double) number * number / whole.length;
                }
                float[] gain = weight("attn." + headNorm + ".weight");
                for (int d = 0; d < made.length; d++) {
                    made[d] = made[d] / Math.sqrt(root + 1e-6) * gain[d];
                }
            }
            return rotated(made, position);
        }

        private double[] rotated(double[] x, int position) {
            double[] placed = x.clone();
            for (int i = 0; i < turned / 2; i++) {
                double angle = position * Math.pow(100, -2.0 * i / turned) / slower; // theta is 100
                double a = x[i];
                double b = x[i + turned / 2];
                placed[i] = a * Math.cos(angle) - b * Math.sin(angle);
                placed[i + turned / 2] = b * Math.cos(angle) + a * Math.sin(angle);
            }
            return placed;
        }

        /** What a part wrote at a position. */
        double[] written(Part part, int position) {
            float[] vector = switch (part.name()) {
                case "token" -> recording.get(Step.TOKEN_EMBEDDING).at(position).values();
                case "position" ->
                    recording.get(Step.POSITION_EMBEDDING).at(position).values();
                case "head" ->
                    recording
                            .get(0, Step.HEAD_CONTRIBUTION)
                            .at(part.head(), position)
                            .values();
                case "attention bias" ->
                    model.numbers().of(model.transformer().plan().get("h.0.attn.c_proj.bias"));
                case "feed-forward" ->
                    recording.get(0, Step.FEED_FORWARD_OUTPUT).at(position).values();
                default -> throw new IllegalArgumentException(part.name());
            };
            double[] wide = new double[vector.length];
            Arrays.setAll(wide, c -> vector[c]);
            return wide;
        }
    }

    private static LanguageModel open(String name) {
        return switch (name) {
            case "modern" -> TinyModels.modern();
            case "parallel" -> TinyModels.parallel();
            default -> TinyModels.words();
        };
    }

    /** Whether it was not written into the stream. */
    private static boolean ofWeights(Part part) {
        return part.name().equals("norm bias") || part.name().equals("bias");
    }

    /** Rotated are all 6 numbers of a head, or the first half of 8, half as fast; as TinyModels has it. */
    @ParameterizedTest
    @CsvSource({"words, true, 0, 1", "modern, false, 6, 1", "parallel, true, 4, 2"})
    void a_term_is_what_the_score_loses_without_both_parts_together(
            String name, boolean centred, int turned, double slower) {
        try (LanguageModel model = open(name)) {
            Recording recording = Recording.of(model, TEXT, model.encode(TEXT));
            for (int head = 0; head < 4; head++) {
                ByHand hand = new ByHand(model, recording, head, centred, turned, slower);
                ScoreAttribution found = ScoreAttribution.of(model, recording, new Cell(LAYER, head, QUERY, KEY));
                double whole = hand.score(ByHand.NOTHING, ByHand.NOTHING);
                assertThat(whole).isEqualTo(found.score(), within(1e-4));
                for (int i = 0; i < found.queryParts().size(); i++) {
                    Part asks = found.queryParts().get(i);
                    if (ofWeights(asks)) {
                        continue;
                    }
                    double[] query = hand.written(asks, QUERY);
                    double withoutQuery = hand.score(query, ByHand.NOTHING);
                    assertThat(asks.sum()).isEqualTo(whole - withoutQuery, within(1e-4));
                    for (int j = 0; j < found.keyParts().size(); j++) {
                        Part answers = found.keyParts().get(j);
                        if (ofWeights(answers)) {
                            continue;
                        }
                        double[] key = hand.written(answers, KEY);
                        double both = whole - withoutQuery - hand.score(ByHand.NOTHING, key) + hand.score(query, key);
                        assertThat(found.terms()[i][j])
                                .as("%s · %s", asks, answers)
                                .isEqualTo(both, within(1e-4));
                    }
                }
            }
        }
    }
}
