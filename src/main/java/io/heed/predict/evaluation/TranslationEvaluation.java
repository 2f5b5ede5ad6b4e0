package io.heed.predict.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.heed.checkpoint.LanguageModel;
import io.heed.predict.SentenceTranslator;
import io.heed.text.corpus.SentencePair;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * How well a model translates sentences with known translations.
 *
 * @param pairs the number of sentences
 * @param exact the number of translations that equal the reference
 * @param bleu from 0 to 100, as sacreBLEU computes it
 * @param chrF from 0 to 100, as sacreBLEU computes it
 * @param cut the number of sentences whose end the model did not read
 * @param wrong some of the translations that differ from the reference
 */
@JsonPropertyOrder({"pairs", "exact", "bleu", "chrf", "cut", "wrong"})
public record TranslationEvaluation(
        int pairs,
        @JsonIgnore int exact,
        double bleu,
        @JsonProperty("chrf") double chrF,
        int cut,
        List<Wrong> wrong) {

    private static final int AT_ONCE = 64;
    private static final int SHOWN = 5;

    /**
     * A translation that differs from the reference.
     *
     * @param source the sentence
     * @param reference its known translation
     * @param translation what the model wrote
     */
    public record Wrong(String source, String reference, String translation) {}

    /** The share of translations that equal the reference. */
    @JsonProperty("exact")
    public double exactShare() {
        return (double) exact / pairs;
    }

    /**
     * Translates sentences, taking the likeliest token each time, and compares. A reference whose words the model's tokenizer all knows
     * is compared as that tokenizer would write it.
     *
     * @param pairs at least one
     * @param told hears how many are done
     */
    public static TranslationEvaluation of(LanguageModel model, List<SentencePair> pairs, IntConsumer told) {
        SentenceTranslator translator = new SentenceTranslator(model);
        Bleu bleu = new Bleu();
        ChrF chrF = new ChrF();
        List<Wrong> wrong = new ArrayList<>();
        int exact = 0;
        int cut = 0;
        for (int from = 0; from < pairs.size(); from += AT_ONCE) {
            List<SentencePair> some = pairs.subList(from, Math.min(from + AT_ONCE, pairs.size()));
            List<long[]> sources = new ArrayList<>();
            for (SentencePair pair : some) {
                Encoded source = model.encode(pair.source());
                cut += source.length() > model.context() ? 1 : 0;
                sources.add(source.first(model.context()).ids());
            }
            List<SentenceTranslator.Translation> translations = translator.translate(sources);
            for (int i = 0; i < some.size(); i++) {
                String written = translations.get(i).text();
                String reference = asWritten(model, some.get(i).target());
                bleu.add(written, reference);
                chrF.add(written, reference);
                if (written.equals(reference)) {
                    exact++;
                } else if (wrong.size() < SHOWN) {
                    wrong.add(new Wrong(some.get(i).source(), reference, written));
                }
            }
            told.accept(from + some.size());
        }
        return new TranslationEvaluation(pairs.size(), exact, bleu.score(), chrF.score(), cut, List.copyOf(wrong));
    }

    private static String asWritten(LanguageModel model, String reference) {
        Encoded encoded = model.tokenizer().encode(reference);
        return encoded.unknown().isEmpty()
                ? model.tokenizer().decode(encoded.ids()).strip()
                : reference;
    }
}
