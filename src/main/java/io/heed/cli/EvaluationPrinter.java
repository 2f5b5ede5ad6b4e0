package io.heed.cli;

import io.heed.predict.Evaluation;
import io.heed.predict.Evaluation.Bin;
import io.heed.predict.Evaluation.Position;
import io.heed.text.DataFormat;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints what {@code heed evaluate} found, as tables for a person or as one JSON object. */
final class EvaluationPrinter {

    private static final int BAR = 30;

    private final PrintWriter out;

    EvaluationPrinter(PrintWriter out) {
        this.out = out;
    }

    /** The files one by one, and of all of them together what depends on the position, and the calibration. */
    void tables(Path model, DataFormat format, int context, int stride, Map<Path, Evaluation> files, Evaluation total) {
        print(
                "%s, %s, a window of %,d tokens that moves on by %,d",
                Visible.text(model.toString()),
                format == DataFormat.LINES ? "each line by itself" : "as one long text",
                context,
                stride);
        int width = files.keySet().stream()
                .mapToInt(file -> Visible.text(file.toString()).length())
                .max()
                .orElse(0);
        String column = "  %-" + Math.max(5, width) + "s";
        print("");
        print(
                column + " %12s %8s %11s %10s %9s %7s %7s",
                "",
                "tokens",
                "loss",
                "perplexity",
                "bits/byte",
                "accuracy",
                "at 5",
                "ECE");
        files.forEach((file, found) -> row(column, Visible.text(file.toString()), found));
        if (files.size() > 1) {
            row(column, "total", total);
        }
        print("");
        print("  %-13s %12s %8s %9s %7s", "tokens before", "tokens", "loss", "accuracy", "at 5");
        for (Position bucket : total.buckets()) {
            print(
                    "  %-13s %,12d %8.4f %9.4f %7.4f",
                    bucket.before() == bucket.to()
                            ? String.valueOf(bucket.to())
                            : bucket.before() + " to " + bucket.to(),
                    bucket.tokens(),
                    bucket.loss(),
                    bucket.accuracy(),
                    bucket.accuracyAtFive());
        }
        print("");
        print("  %-13s %12s %8s %9s", "confidence", "tokens", "mean", "accuracy");
        for (Bin bin : total.bins()) {
            if (bin.tokens() > 0) {
                print(
                        "  %.3f to %.3f %,11d %8.4f %9.4f  %s",
                        bin.above(),
                        bin.to(),
                        bin.tokens(),
                        bin.confidence(),
                        bin.accuracy(),
                        Terminal.blue(Terminal.bar(bin.accuracy(), BAR)).stripTrailing());
            }
        }
        out.flush();
    }

    private void row(String column, String name, Evaluation found) {
        print(
                column + " %,12d %8.4f %11.4g %10.4f %9.4f %7.4f %7.4f",
                name,
                found.tokens(),
                found.loss(),
                found.perplexity(),
                found.bitsPerByte(),
                found.accuracy(),
                found.accuracyAtFive(),
                found.calibrationError());
    }

    private void print(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    }

    /** Everything, exactly. */
    void json(Path model, DataFormat format, int context, int stride, Map<Path, Evaluation> files, Evaluation total) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("model", model.toString());
        all.put("format", format.toString());
        all.put("context", context);
        all.put("stride", stride);
        all.put("total", measures(total));
        all.put(
                "files",
                files.entrySet().stream()
                        .map(entry -> {
                            Map<String, @Nullable Object> one = new LinkedHashMap<>();
                            one.put("file", entry.getKey().toString());
                            one.putAll(measures(entry.getValue()));
                            return one;
                        })
                        .toList());
        out.println(Json.line(all));
        out.flush();
    }

    private static Map<String, @Nullable Object> measures(Evaluation found) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("tokens", found.tokens());
        map.put("unknown", found.unknown());
        map.put("bytes", found.bytes());
        map.put("loss", found.loss());
        map.put("perplexity", found.perplexity());
        map.put("bits_per_byte", found.bitsPerByte());
        map.put("accuracy", found.accuracy());
        map.put("accuracy_at_5", found.accuracyAtFive());
        map.put("calibration_error", found.calibrationError());
        map.put(
                "positions",
                found.positions().stream()
                        .filter(position -> position.tokens() > 0)
                        .map(EvaluationPrinter::position)
                        .toList());
        map.put("bins", found.bins().stream().map(EvaluationPrinter::bin).toList());
        return map;
    }

    private static Map<String, @Nullable Object> position(Position position) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("before", position.before());
        map.put("tokens", position.tokens());
        map.put("loss", position.loss());
        map.put("accuracy", position.accuracy());
        map.put("accuracy_at_5", position.accuracyAtFive());
        return map;
    }

    private static Map<String, @Nullable Object> bin(Bin bin) {
        boolean some = bin.tokens() > 0;
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("above", bin.above());
        map.put("to", bin.to());
        map.put("tokens", bin.tokens());
        map.put("confidence", some ? bin.confidence() : null);
        map.put("accuracy", some ? bin.accuracy() : null);
        return map;
    }
}
