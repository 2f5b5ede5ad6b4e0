package io.heed.cli.print;

import io.heed.HeedException;
import io.heed.Shell;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.run.Progress.Evaluation;
import io.heed.text.DataFormat;
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
 * What is to be said when a run has ended.
 *
 * @param result how it ended
 * @param advice what may make the next run better; empty for nothing
 * @param next commands to go on with
 */
public record RunEnd(TrainingRun.Result result, String advice, List<String> next) {

    /** How many words of the text a model is to continue. */
    private static final int WORDS = 3;

    /** How much of a line is looked at for them. */
    private static final int MOST = 200;

    /** What is to be said of a run, whose configuration lies in its folder. */
    public static RunEnd of(TrainingRun.Result result) {
        RunConfig config = ConfigReader.readLeft(result.folder().resolve("training/config.yaml"));
        return new RunEnd(result, advice(result), next(result, config));
    }

    private static String advice(TrainingRun.Result result) {
        if (result.interrupted() || result.wasComplete() || result.last() == null) {
            return "";
        }
        if (result.ending() == Ending.PATIENCE) {
            return "no better for %d steps, so training.patience ended it".formatted(result.stepsSinceBest());
        }
        return result.stepsSinceBest() == 0
                ? "still getting better: more steps may help"
                : "no better for %d steps: take fewer steps, or let training.patience end the run"
                        .formatted(result.stepsSinceBest());
    }

    private static List<String> next(TrainingRun.Result result, RunConfig config) {
        String folder = result.folder().toString();
        String model = result.model().toString();
        String text = text(config);
        List<String> next = new ArrayList<>();
        if (result.interrupted()) {
            next.add(command("train", "--resume", folder));
        }
        next.add(command(config.data().format() == DataFormat.PAIRS ? "translate" : "predict", model, text));
        next.add(command("attention", model, text));
        if (result.last() != null) {
            next.add(command("runs", folder, "--curves"));
        }
        if (result.ending() == Ending.COMPLETE && (result.stepsSinceBest() == 0 || result.wasComplete())) {
            next.add(command("train", "--resume", folder, "--set", "training.steps=" + 2L * result.steps()));
        }
        if (result.ending() == Ending.PATIENCE && result.wasComplete()) {
            next.add(command("train", "--resume", folder, "--set", "training.patience=0"));
        }
        return next;
    }

    private static String command(String... words) {
        List<String> line = new ArrayList<>(List.of("heed"));
        line.addAll(Arrays.asList(words));
        return Shell.line(line);
    }

    /** A text to try a model with: the run's sample, or how what it learned from begins. */
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
            // it has gone since; then any text
        }
        return "…";
    }

    private static String words(String line) {
        return Arrays.stream(line.replaceFirst("^[^\\p{L}\\p{N}]+", "").split("\\s+"))
                .limit(WORDS)
                .collect(Collectors.joining(" "));
    }

    /** The first line of a file that has letters, or how it begins. */
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

    /** How it ended and what came of it, for a person, a line each. */
    public List<String> summary() {
        List<String> lines = new ArrayList<>();
        Evaluation best = result.best();
        Evaluation last = result.last();
        if (result.wasComplete()) {
            String how = best == null ? "" : "," + line("best", best).replaceFirst("^ ", "");
            return List.of("%s was complete already: %s%s".formatted(result.folder(), steps(), how));
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
                ? "%d of %d steps".formatted(result.steps(), result.planned())
                : "%d steps".formatted(result.steps());
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
