package io.heed.predict.evaluation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.heed.HeedException;
import io.heed.text.DataFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * How well a model predicts some files.
 *
 * @param model the model's folder
 * @param format whether each line is a separate text, or all lines are one text
 * @param context the most tokens that the model reads at once
 * @param stride the number of tokens by which the window moves
 * @param total the measures of all files together
 * @param files the measures of each file
 */
public record EvaluationReport(
        String model, DataFormat format, int context, int stride, EvaluationTotals total, List<OfFile> files) {

    /**
     * The measures of one file.
     *
     * @param file its path
     * @param evaluation its measures
     */
    public record OfFile(String file, @JsonUnwrapped EvaluationTotals evaluation) {}

    /**
     * Evaluates a model.
     *
     * @param folder the model's folder
     * @param evaluator that of the model, which the caller closes
     * @param files at least one, in UTF-8
     * @param read told how many bytes have been read
     * @throws HeedException if a file cannot be read or has no token to score
     */
    public static EvaluationReport of(Path folder, Evaluator evaluator, List<Path> files, LongConsumer read) {
        List<OfFile> all = new ArrayList<>();
        long before = 0;
        for (Path file : files) {
            long done = before;
            all.add(new OfFile(file.toString(), evaluator.evaluate(file, bytes -> read.accept(done + bytes))));
            before += size(file);
        }
        EvaluationTotals total = all.stream()
                .map(OfFile::evaluation)
                .reduce(EvaluationTotals::plus)
                .orElseThrow();
        return new EvaluationReport(
                folder.toString(), evaluator.format(), evaluator.model().context(), evaluator.stride(), total, all);
    }

    /** The length of a file in bytes; 0 if it is missing, which reading it reports. */
    public static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
