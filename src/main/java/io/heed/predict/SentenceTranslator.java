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
 * Translates sentences with a model that has an encoder: word after word, each looked up in the source. The source is read once.
 *
 * <p>A translation ends where the model ends it, or after as many tokens as the model's context has room for.
 */
public final class SentenceTranslator {

    /**
     * A translation.
     *
     * @param text the translation, as the tokenizer writes it
     * @param ids its tokens, without marks of start and end
     * @param logProbability ln P(translation | source), in nats, the end of the sentence counted where the model wrote it
     * @param ended whether the model ended it, rather than being stopped by its context
     */
    public record Translation(String text, @JsonIgnore List<Long> ids, double logProbability, boolean ended) {}

    private final LanguageModel model;
    private final Encoded start;
    private final int most;

    /** Creates a translator by a model that translates, which stays the caller's to close. */
    public SentenceTranslator(LanguageModel model) {
        this.model = model;
        start = model.encoded(model.tokenizer().sentenceMarks().beginning());
        most = model.context() - 1;
    }

    /**
     * Translates sentences at once, taking the likeliest token each time.
     *
     * @param sources sentences as the model's tokenizer cuts them, at least one, of at most the model's context
     * @return a translation of each
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
     * Finds likely translations of a sentence as wholes.
     *
     * @param source a sentence as the model's tokenizer cuts it, of at most the model's context
     * @param beams how many to keep at every length, at least 1
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
