package io.heed.cli.print;

import io.heed.HeedException;
import io.heed.Shell;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.run.Progress.Evaluation;
import io.heed.text.DataFormat;
import io.heed.text.Plural;
import io.heed.text.TextFiles;
import io.heed.train.TrainingRun;
import io.heed.train.TrainingRun.Ending;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The report on a run that has ended.
 *
 * @param result how it ended
 * @param advice what may improve the next run; empty for nothing
 * @param next commands to continue with
 */
public record RunEnd(TrainingRun.Result result, String advice, List<String> next) {

    /** The number of words that a model is to continue. */
    private static final int WORDS = 3;

    /** The number of characters searched for them. */
    private static final int MOST = 200;

    /** Returns the report on a run, whose configuration is in its folder. */
    public static RunEnd of(TrainingRun.Result result) {
        RunConfig config = ConfigReader.readLeft(result.folder().resolve("training/config.yaml"));
        return new RunEnd(result, advice(result), next(result, config));
    }

    private static String advice(TrainingRun.Result result) {
        if (result.interrupted() || result.wasComplete() || result.last() == null) {
            return "";
        }
        if (result.ending() == Ending.PATIENCE) {
            return "no improvement for %s, so training.patience ended it"
                    .formatted(Plural.plain(result.stepsSinceBest(), "step"));
        }
        return result.stepsSinceBest() == 0
                ? "still improving: more steps may help"
                : "no improvement for %s: take fewer steps, or let training.patience end the run"
                        .formatted(Plural.plain(result.stepsSinceBest(), "step"));
    }

    private static List<String> next(TrainingRun.Result result, RunConfig config) {
        String folder = result.folder().toString();
        String model = result.model().toString();
        String text = text(config);
        List<String> next = new ArrayList<>();
        if (result.interrupted()) {
            next.add(resume(config, folder));
        }
        next.add(command(config.data().format() == DataFormat.PAIRS ? "translate" : "predict", model, text));
        next.add(command("attention", model, text));
        if (result.last() != null) {
            next.add(command("runs", folder, "--curves"));
        }
        if (result.ending() == Ending.COMPLETE && (result.stepsSinceBest() == 0 || result.wasComplete())) {
            next.add(resume(config, folder, "--set", "training.steps=" + 2L * result.steps()));
        }
        if (result.ending() == Ending.PATIENCE && result.wasComplete()) {
            next.add(resume(config, folder, "--set", "training.patience=0"));
        }
        return next;
    }

    private static String resume(RunConfig config, String folder, String... more) {
        List<String> line = new ArrayList<>(config.trainingCommand());
        line.addAll(List.of("--resume", folder));
        line.addAll(Arrays.asList(more));
        return Shell.line(line);
    }

    private static String command(String... words) {
        List<String> line = new ArrayList<>(List.of("heed"));
        line.addAll(Arrays.asList(words));
        return Shell.line(line);
    }

    /** A text to try a model with: the run's sample, or the start of its training text. */
    private static String text(RunConfig config) {
        String sample = config.training().sample();
        if (!sample.isEmpty()) {
            return sample;
        }
        try {
            for (Path file : TextFiles.find(config.data().train())) {
                String line = beginning(file);
                boolean pairs = config.data().format() == DataFormat.PAIRS;
                String words = pairs ? line.replaceFirst("\t.*", "") : words(line);
                if (!words.isEmpty()) {
                    return words;
                }
            }
        } catch (IOException | HeedException e) {
            // gone since: any text will do
        }
        return "…";
    }

    private static String words(String line) {
        return Arrays.stream(line.replaceFirst("^[^\\p{L}\\p{N}]+", "").split("\\s+"))
                .limit(WORDS)
                .collect(Collectors.joining(" "));
    }

    /** The first line with letters at the start of a file; empty if there is none. */
    private static String beginning(Path file) throws IOException {
        char[] begin = new char[MOST];
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int count = Math.max(0, reader.read(begin));
            return new String(begin, 0, count)
                    .lines()
                    .filter(line -> line.codePoints().anyMatch(Character::isLetter))
                    .findFirst()
                    .orElse("");
        }
    }

    /** Returns how the run ended and its results, line by line. */
    public List<String> summary() {
        List<String> lines = new ArrayList<>();
        Evaluation best = result.best();
        Evaluation last = result.last();
        if (result.wasComplete()) {
            String how = best == null ? "" : "," + line("best", best).replaceFirst("^ ", "");
            return List.of("%s was already complete: %s%s".formatted(result.folder(), steps(), how));
        }
        String stopped = result.interrupted() ? "stopped after " : "";
        lines.add(
                String.format(Locale.ROOT, "%s: %s%s in %.1f s", result.folder(), stopped, steps(), result.seconds()));
        if (best != null && last != null) {
            boolean same = best.step() == last.step();
            lines.add(line("best", best) + (same ? ", the last evaluation" : ""));
            if (!same) {
                lines.add(line("last", last));
            }
        }
        if (!advice.isEmpty()) {
            lines.add("  " + advice);
        }
        return lines;
    }

    private String steps() {
        return result.steps() < result.planned()
                ? "%d of %s".formatted(result.steps(), Plural.plain(result.planned(), "step"))
                : Plural.plain(result.steps(), "step");
    }

    private static String line(String which, Evaluation evaluation) {
        return String.format(
                Locale.ROOT,
                "  %s validation loss %.4f at step %d",
                which,
                evaluation.validationLoss(),
                evaluation.step());
    }
}
