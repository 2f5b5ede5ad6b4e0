package io.heed.checkpoint;

import ai.djl.ndarray.NDArray;
import io.heed.model.Trace.Part;
import io.heed.model.Weight;
import io.heed.model.Weight.Role;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A model whose weights are set by hand: head 0 of layer 0 copies the token before, head 0 of layer 1 reads the position whose token
 * before is the present one and writes the token there as the answer. The heads beside them and the feed-forward networks write nothing.
 * The stream has four compartments: this token, this position, the token before, the answer.
 */
public final class PlantedInduction {

    /** How many words it knows. */
    public static final int WORDS = 40;

    private static final int CONTEXT = 17;
    private static final float SHARP = 30; // what queries are multiplied by
    private static final float SURE = 6; // what answers are multiplied by

    private PlantedInduction() {}

    /** The model. */
    public static LanguageModel model() {
        String text = IntStream.range(0, WORDS)
                .mapToObj(i -> "" + (char) ('a' + i / 26) + (char) ('a' + i % 26))
                .collect(Collectors.joining(" "));
        Tokenizer tokenizer = Tokenizer.of(TokenizerBuilder.build(TokenizerType.WORD, text, 1000), "test");
        int tokens = tokenizer.size();
        int width = 3 * tokens + CONTEXT;
        ModelConfig config = ModelConfig.builder(tokens, CONTEXT, width, 2)
                .attention(new Attention(2, 2, tokens, Attention.Biases.ALL, false, null))
                .positions(new Positions.Learned())
                .norm(new Norm(Norm.Kind.RMS, 1e-6, false))
                .feedForward(new FeedForward(1, Activation.RELU, false, true))
                .tiedHead(false)
                .build();
        LanguageModel model = TinyModels.of(tokenizer, config);
        for (Weight weight : model.transformer().plan().weights()) {
            NDArray array = array(model, weight);
            array.set(new float[(int) array.size()]);
        }
        plant(model, tokens);
        return model;
    }

    private static void plant(LanguageModel model, int tokens) {
        int before = tokens + CONTEXT;
        int answer = before + tokens;
        for (int layer = 0; layer < 2; layer++) {
            ones(model, Role.ATTENTION_NORM, layer);
            ones(model, Role.FEED_FORWARD_NORM, layer);
        }
        ones(model, Role.FINAL_NORM, -1);
        for (int token = 0; token < tokens; token++) {
            set(model, Role.TOKENS, -1, token, token, 1);
            set(model, Role.HEAD, -1, token, answer + token, SURE);
            query(model, 1, token, token, SHARP);
            key(model, 1, before + token, token, 1);
            for (int layer = 0; layer < 2; layer++) {
                set(model, Role.QUERY_KEY_VALUE, layer, token, 4 * tokens + token, 1); // the value of head 0
                set(model, Role.OUTPUT, layer, token, (layer == 0 ? before : answer) + token, 1);
            }
        }
        for (int position = 0; position < CONTEXT; position++) {
            set(model, Role.POSITIONS, -1, position, tokens + position, 1);
            key(model, 0, tokens + position, position, 1);
            if (position > 0) {
                query(model, 0, tokens + position, position - 1, SHARP);
            }
        }
    }

    private static void query(LanguageModel model, int layer, int from, int to, float value) {
        set(model, Role.QUERY_KEY_VALUE, layer, from, to, value);
    }

    private static void key(LanguageModel model, int layer, int from, int to, float value) {
        int tokens = model.transformer().config().vocabulary();
        set(model, Role.QUERY_KEY_VALUE, layer, from, 2 * tokens + to, value);
    }

    private static NDArray array(LanguageModel model, Role role, int layer) {
        var plan = model.transformer().plan();
        return array(model, layer < 0 ? plan.get(role) : plan.get(Part.DECODER, layer, role));
    }

    private static NDArray array(LanguageModel model, Weight weight) {
        return model.transformer().namedParameters().get(weight.name()).getArray();
    }

    private static void ones(LanguageModel model, Role role, int layer) {
        NDArray array = array(model, role, layer);
        float[] values = new float[(int) array.size()];
        Arrays.fill(values, 1);
        array.set(values);
    }

    private static void set(LanguageModel model, Role role, int layer, int row, int column, float value) {
        NDArray array = array(model, role, layer);
        float[] values = array.toFloatArray();
        values[row * (int) array.getShape().get(1) + column] = value;
        array.set(values);
    }
}
