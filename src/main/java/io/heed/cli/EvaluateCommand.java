package io.heed.cli;

import io.heed.HeedException;
import io.heed.Home;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.predict.Evaluation;
import io.heed.predict.Evaluator;
import io.heed.text.DataFormat;
import io.heed.train.ConfigReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed evaluate}: how well a model foresees texts, or translates. */
@Command(
        name = "evaluate",
        description =
                "Say how well a model foresees texts: loss, perplexity, bits per byte, accuracy, calibration; or how well it translates.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Each token is scored once, from what stands before it in a window that moves on over the text.",
            "With --stride as large as the model's context, the loss is the one that training calls the",
            "validation loss, if the text is the same.",
            "",
            "  heed evaluate models/toy data/toy-held-out.txt",
            "  heed evaluate models/toy one.txt two.txt --json",
            "",
            "Of a model that translates, FILE holds pairs, a sentence, a tab and its translation a line: how many",
            "are translated to the very words, BLEU, chrF, and where a third column tells which word stands for",
            "which (0-0 2-1 1p1), how often each head of the cross-attention is wrong.",
            "",
            "  heed evaluate models/fr-en data/fr-en-held-out.tsv"
        })
@SuppressWarnings("NullAway.Init")
final class EvaluateCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelChoice choice;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Texts, or pairs, in UTF-8.")
    private List<Path> files;

    @Option(
            names = "--stride",
            paramLabel = "N",
            description =
                    "By how many tokens the window moves on; so each token past the first window has the context less N"
                            + " tokens before it, or more. Default: half the context.")
    private @Nullable Integer stride;

    @Option(
            names = "--format",
            description =
                    "Whether each line is a text by itself (lines) or all are one (stream). Default: as the model was"
                            + " trained.")
    private @Nullable DataFormat format;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        List<Path> found = files.stream().map(Home::find).toList();
        if (ModelFolder.translates(choice.folder())) {
            translations(found);
            return;
        }
        long bytes = found.stream().mapToLong(EvaluateCommand::size).sum();
        try (LanguageModel model = choice.load(spec.commandLine().getErr())) {
            if (format == DataFormat.PAIRS) {
                throw new ParameterException(
                        spec.commandLine(), "--format: pairs are of models that translate; this one continues texts");
            }
            int step = stride == null ? Evaluator.defaultStride(model) : stride;
            if (step < 1 || step > model.context()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--stride: %d is not from 1 to the context of %d".formatted(step, model.context()));
            }
            DataFormat read = format == null ? trainedOn(model) : format;
            Map<Path, Evaluation> evaluations =
                    evaluate(model, read, step, found, bytes, spec.commandLine().getErr());
            Evaluation total =
                    evaluations.values().stream().reduce(Evaluation::plus).orElseThrow();
            if (total.unknown() > 0) {
                spec.commandLine()
                        .getErr()
                        .printf(
                                Locale.ROOT,
                                "heed: %,d of %,d tokens are words that the model does not know; it reads [UNK] there, and"
                                        + " that is what is scored%n",
                                total.unknown(),
                                total.tokens());
            }
            EvaluationPrinter printer = new EvaluationPrinter(spec.commandLine().getOut());
            if (json) {
                printer.json(choice.folder(), read, model.context(), step, evaluations, total);
            } else {
                printer.tables(choice.folder(), read, model.context(), step, evaluations, total);
            }
        }
    }

    private void translations(List<Path> found) {
        if (stride != null || format != null) {
            throw new ParameterException(
                    spec.commandLine(), "--stride and --format are of models that continue texts; this one translates");
        }
        try (LanguageModel model = choice.loadTranslator(spec.commandLine().getErr())) {
            TranslationReport report =
                    new TranslationReport(model, found, spec.commandLine().getErr());
            if (json) {
                report.json(spec.commandLine().getOut(), choice.folder());
            } else {
                report.print(spec.commandLine().getOut(), spec.commandLine().getErr());
            }
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0; // who reads it says what is wrong
        }
    }

    private static Map<Path, Evaluation> evaluate(
            LanguageModel model, DataFormat format, int stride, List<Path> files, long bytes, PrintWriter err) {
        Map<Path, Evaluation> evaluations = new LinkedHashMap<>();
        try (Evaluator evaluator = new Evaluator(model, format, stride);
                Bar bar = new Bar(err, new BarLine("evaluating", 0, bytes, " KiB", 1024))) {
            long before = 0;
            for (Path file : files) {
                long done = before;
                evaluations.put(file, evaluator.evaluate(file, read -> bar.stepTo(done + read)));
                before += size(file);
            }
        }
        return evaluations;
    }

    /** As the run's configuration says, which is beside a model that Heed trained; else by whether the model knows where a line ends. */
    private DataFormat trainedOn(LanguageModel model) {
        Path config = choice.folder().resolve("training/config.yaml");
        if (Files.isRegularFile(config)) {
            try {
                return ConfigReader.readLeft(config).data().format();
            } catch (HeedException e) {
                // of another version; then as where there is none
            }
        }
        return model.tokenizer().sentenceEnd().isPresent() ? DataFormat.LINES : DataFormat.STREAM;
    }
}
