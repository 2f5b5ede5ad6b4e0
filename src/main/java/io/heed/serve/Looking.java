package io.heed.serve;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.model.ModelConfig;
import io.heed.model.Trace.Step;
import io.heed.text.Encoded;
import io.heed.text.Encoded.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** {@code /api/attention}: which tokens of a text each head reads. */
final class Looking {

    /** So many weights of all heads together are recorded at most: 64 MB. */
    private static final long MOST_RECORDED = 1L << 24;

    /** So many are told at most. */
    private static final long MOST_TOLD = 1L << 22;

    private final LanguageModel model;
    private final ModelConfig config;
    private final Turns turns;

    Looking(LanguageModel model, Turns turns) {
        this.model = model;
        this.turns = turns;
        config = model.transformer().config();
    }

    Map<String, Object> answer(byte[] body) throws InterruptedException {
        Question question = new Question(body, "text", "layer", "head");
        String text = question.text("text");
        OptionalInt layer = question.index("layer", config.layers());
        OptionalInt head = question.index("head", config.heads());
        Encoded whole = model.encode(text);
        Encoded read = whole.last(most());
        long told = (long) read.length()
                * read.length()
                / 2
                * (layer.isPresent() ? 1 : config.layers())
                * (head.isPresent() ? 1 : config.heads());
        if (told > MOST_TOLD) {
            throw new Problem(
                    400,
                    "the maps have %d weights, more than %d; ask for one layer or head".formatted(told, MOST_TOLD));
        }
        Recording recording = turns.take(() -> Recording.of(model, text, read, Set.of(Step.WEIGHTS)));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("text", text);
        answer.put("layers", config.layers());
        answer.put("heads", config.heads());
        answer.put("omitted", whole.length() - read.length());
        answer.put("tokens", tokens(read));
        List<Map<String, Object>> maps = new ArrayList<>();
        for (int l : chosen(layer, config.layers())) {
            for (int h : chosen(head, config.heads())) {
                Map<String, Object> map = new LinkedHashMap<>();
                map.put("layer", l);
                map.put("head", h);
                map.put("weights", visible(recording.weights(l, h)));
                maps.add(map);
            }
        }
        answer.put("maps", maps);
        return answer;
    }

    /** The longest text whose maps may be recorded. */
    private int most() {
        double square = (double) MOST_RECORDED / (config.layers() * config.heads());
        return Math.max(1, Math.min(model.context(), (int) Math.sqrt(square)));
    }

    private static int[] chosen(OptionalInt one, int count) {
        return one.isPresent()
                ? new int[] {one.getAsInt()}
                : IntStream.range(0, count).toArray();
    }

    private static List<Map<String, Object>> tokens(Encoded text) {
        List<Map<String, Object>> tokens = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            Span span = text.spans().get(i);
            Map<String, Object> token = new LinkedHashMap<>();
            token.put("token", text.tokens().get(i));
            token.put("shown", text.shown().get(i));
            token.put("start", span.start());
            token.put("end", span.end());
            tokens.add(token);
        }
        return tokens;
    }

    /** The keys that each query may read: those from the first to the query itself. */
    private static float[][] visible(float[][] weights) {
        return IntStream.range(0, weights.length)
                .mapToObj(query -> Arrays.copyOf(weights[query], query + 1))
                .toArray(float[][]::new);
    }
}
