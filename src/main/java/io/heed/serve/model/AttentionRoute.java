package io.heed.serve.model;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.ShownToken;
import io.heed.inspect.evidence.AblatedModel;
import io.heed.model.Head;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import io.heed.serve.Call;
import io.heed.serve.Problem;
import io.heed.serve.Question;
import io.heed.serve.Reply;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.TailEncoder.End;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** {@code /api/attention}: which tokens of a text each head reads. */
final class AttentionRoute {

    /** The most weights of an answer. */
    private static final long MOST_TOLD = 1L << 22;

    private static final Set<Step> RECORDED = Set.of(Step.WEIGHTS);

    private final Recorder recorder;
    private final LanguageModel model;
    private final ModelConfig config;

    AttentionRoute(Recorder recorder) {
        this.recorder = recorder;
        model = recorder.model();
        config = recorder.config();
    }

    /**
     * The attention of a text.
     *
     * @param text the text
     * @param layers the number of the model's layers
     * @param heads the number of heads of each
     * @param omitted the number of chars at the text's start that were not read
     * @param tokens the tokens read
     * @param maps the requested maps, computed as they are written
     */
    record Looked(String text, int layers, int heads, int omitted, List<ShownToken> tokens, Iterator<HeadMap> maps) {}

    /**
     * The map of one head.
     *
     * @param layer the layer, from 0
     * @param head the head, from 0
     * @param weights for each query those of the keys from the first to the query itself
     */
    record HeadMap(int layer, int head, float[][] weights) {}

    /** The request. */
    private record Asked(String text, int[] layers, int[] heads, List<Head> ablate) {}

    CompletableFuture<Reply> answer(byte[] body, Call call) {
        Question question = new Question(body, "text", "layer", "head", "ablate");
        String text = question.text("text");
        OptionalInt layer = question.index("layer", config.layers());
        OptionalInt head = question.index("head", config.heads());
        List<Head> ablate = question.heads("ablate", config);
        Asked asked = new Asked(text, chosen(layer, config.layers()), chosen(head, config.heads()), ablate);
        int longest = recorder.longest(RECORDED, 1);
        return recorder.encode(call, () -> recorder.end(text, longest, call))
                .thenCompose(end -> look(asked, end, call));
    }

    private CompletableFuture<Reply> look(Asked asked, End end, Call call) {
        Encoded read = end.tokens();
        long told = (long) read.length() * read.length() / 2 * asked.layers.length * asked.heads.length;
        if (told > MOST_TOLD) {
            throw new Problem(
                    400,
                    "the maps have %d weights, more than %d; ask for one layer or head, or give a shorter text"
                            .formatted(told, MOST_TOLD));
        }
        return recorder.answer(
                RECORDED,
                read.length(),
                1,
                call,
                () -> answer(asked, end, new AblatedModel(model, asked.ablate).record(asked.text, read, RECORDED)));
    }

    private Looked answer(Asked asked, End end, Recording recording) {
        Iterator<HeadMap> maps = IntStream.of(asked.layers)
                .boxed()
                .flatMap(layer -> IntStream.of(asked.heads)
                        .mapToObj(head -> new HeadMap(layer, head, visible(recording.weights(layer, head)))))
                .iterator();
        return new Looked(
                asked.text, config.layers(), config.heads(), end.omitted(), ShownToken.of(end.tokens()), maps);
    }

    private static int[] chosen(OptionalInt one, int count) {
        return one.isPresent()
                ? new int[] {one.getAsInt()}
                : IntStream.range(0, count).toArray();
    }

    /** Returns the keys that each query may read: those from the first to the query itself. */
    private static float[][] visible(float[][] weights) {
        return IntStream.range(0, weights.length)
                .mapToObj(query -> Arrays.copyOf(weights[query], query + 1))
                .toArray(float[][]::new);
    }
}
