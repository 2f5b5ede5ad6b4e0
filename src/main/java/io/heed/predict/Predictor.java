package io.heed.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.text.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Says what comes next in a text. */
public final class Predictor {

    private final LanguageModel model;

    /** Creates a predictor over a model, which stays the caller's to close. */
    public Predictor(LanguageModel model) {
        this.model = model;
    }

    /**
     * Returns the likeliest next tokens.
     *
     * @param text at least one token; of more than the context, the last are read
     * @param count how many to return
     */
    public List<NextWord> next(Encoded text, int count) {
        Distribution next = distribution(text.ids());
        return next.likeliest(count).stream()
                .map(id -> new NextWord(model.tokenizer().token(id), id, next.probability(id)))
                .toList();
    }

    /**
     * Continues a text, up to the end of the sentence where the tokenizer marks it.
     *
     * @param text at least one token
     * @param count the largest number of tokens to add
     * @param each told each piece of text as it comes
     * @return the text that was added
     */
    public String generate(Encoded text, int count, Sampler sampler, Consumer<String> each) {
        List<Long> ids = new ArrayList<>(Arrays.stream(text.ids()).boxed().toList());
        String before = model.tokenizer().decode(text.ids());
        String written = before;
        for (int i = 0; i < count; i++) {
            long[] all = ids.stream().mapToLong(Long::longValue).toArray();
            int id = sampler.choose(distribution(all), i);
            if (model.tokenizer().sentenceEnd().orElse(-1) == id) {
                break;
            }
            ids.add((long) id);
            String now = model.tokenizer()
                    .decode(ids.stream().mapToLong(Long::longValue).toArray());
            if (now.endsWith("\ufffd")) {
                continue; // a character of several tokens, not yet whole
            }
            each.accept(now.substring(Math.min(written.length(), now.length())));
            written = now;
        }
        return written.substring(before.length());
    }

    private Distribution distribution(long[] ids) {
        long[] last = Arrays.copyOfRange(ids, Math.max(0, ids.length - model.context()), ids.length);
        try (NDManager reading = model.newReading()) {
            NDArray logits = model.read(reading, last, null); // (1,T,V)
            float[] known = Arrays.copyOf( // a model may have more rows than its tokenizer has tokens
                    logits.get(0, last.length - 1).toFloatArray(),
                    model.tokenizer().size());
            return Distribution.softmax(known);
        }
    }
}
