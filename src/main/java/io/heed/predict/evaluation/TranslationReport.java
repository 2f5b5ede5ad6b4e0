package io.heed.predict.evaluation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.heed.checkpoint.LanguageModel;
import io.heed.text.corpus.SentencePair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * How well a model translates files of pairs, and how well its cross-attention aligns their words.
 *
 * @param model the model's folder
 * @param files the files, one by one
 */
public record TranslationReport(Path model, List<OfFile> files) {

    /**
     * One file.
     *
     * @param file where it is
     * @param evaluation how well it is translated
     * @param heads how well each head finds the word that a word comes from, the best first
     */
    public record OfFile(Path file, @JsonUnwrapped TranslationEvaluation evaluation, List<HeadAlignment> heads) {}

    /**
     * Evaluates a model.
     *
     * @param folder the model's folder
     * @param files at least one
     * @param pairs those of each file
     * @param translated told how many pairs have been translated
     */
    public static TranslationReport of(
            LanguageModel model,
            Path folder,
            List<Path> files,
            List<List<SentencePair>> pairs,
            IntConsumer translated) {
        List<OfFile> all = new ArrayList<>();
        int before = 0;
        for (int i = 0; i < files.size(); i++) {
            List<SentencePair> ofFile = pairs.get(i);
            int done = before;
            TranslationEvaluation evaluation =
                    TranslationEvaluation.of(model, ofFile, count -> translated.accept(done + count));
            all.add(new OfFile(files.get(i), evaluation, HeadAlignment.of(model, ofFile)));
            before += ofFile.size();
        }
        return new TranslationReport(folder, List.copyOf(all));
    }
}
