package io.heed.predict;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.heed.checkpoint.LanguageModel;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Translates sentences with an encoder-decoder model, token by token. The source is read once.
 *
 * <p>A translation ends when the model ends it or the context is full.
 */
public final class SentenceTranslator {

    /**
     * A translation.
     *
     * @param text the translation, as the tokenizer decodes it
     * @param ids its tokens, without start and end marks
     * @param logProbability ln P(translation | source), in nats, including the end of the sentence if the model wrote it
     * @param ended whether the model ended it, rather than the limit of its context
     */
    public record Translation(String text, @JsonIgnore List<Long> ids, double logProbability, boolean ended) {}

    private final LanguageModel model;
    private final Encoded start;
    private final int most;

    /** Creates a translator over a model that translates, which the caller closes. */
    public SentenceTranslator(LanguageModel model) {
        this.model = model;
        start = model.encoded(model.tokenizer().sentenceMarks().beginning());
        most = model.context() - 1;
    }

    /**
     * Translates sentences together, taking the likeliest token each time.
     *
     * @param sources at least one sentence, as the model's tokenizer encodes them, each at most as long as the model's context
     * @return one translation of each
     */
    public List<Translation> translate(List<long[]> sources) {
        List<Encoded> starts = Collections.nCopies(sources.size(), start);
        GenerationSettings settings = new GenerationSettings(most, Sampling.GREEDY);
        RowReader reader = new RowReader(model, sources, Collections.nCopies(sources.size(), start.ids()));
        try (Generation generation = new Generation(model, reader, starts, settings)) {
            return generation.run((row, piece, token) -> {}).stream()
                    .map(this::translation)
                    .toList();
        }
    }

    private Translation translation(Generated generated) {
        boolean ended = generated.ending() == Generated.Ending.END_OF_TEXT;
        List<GeneratedToken> written = generated.tokens();
        long[] ids = written.stream()
                .limit(written.size() - (ended ? 1 : 0))
                .mapToLong(GeneratedToken::id)
                .toArray();
        double log = written.stream()
                .mapToDouble(token -> Math.log(token.probability()))
                .sum();
        return new Translation(
                text(model.tokenizer(), ids), Arrays.stream(ids).boxed().toList(), log, ended);
    }

    private static String text(Tokenizer tokenizer, long[] ids) {
        return tokenizer.decode(ids).strip();
    }

    /**
     * Finds the likeliest whole translations of a sentence.
     *
     * @param source a sentence as the model's tokenizer encodes it, at most as long as the model's context
     * @param beams the number to keep at every length, at least 1
     * @return at most {@code beams}, the likeliest first
     */
    public List<Translation> search(long[] source, int beams) {
        List<Translation> found = new ArrayList<>();
        try (RowReader reader = new RowReader(model, List.of(source), List.of(start.ids()))) {
            for (BeamSearch.Beam beam : new BeamSearch(model).search(reader, start, beams, most)) {
                long[] ids = beam.ids().stream().mapToLong(Long::longValue).toArray();
                found.add(
                        new Translation(text(model.tokenizer(), ids), beam.ids(), beam.logProbability(), beam.ended()));
            }
        }
        return found;
    }
}
