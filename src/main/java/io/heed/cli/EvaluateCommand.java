package io.heed.cli;

import io.heed.HeedException;
import io.heed.Home;
import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.cli.options.ModelChoice;
import io.heed.cli.print.EvaluationPrinter;
import io.heed.cli.print.TranslationReport;
import io.heed.cli.terminal.Bar;
import io.heed.cli.terminal.BarLine;
import io.heed.config.ConfigReader;
import io.heed.predict.evaluation.EvaluationReport;
import io.heed.predict.evaluation.EvaluationTotals;
import io.heed.predict.evaluation.Evaluator;
import io.heed.text.DataFormat;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
            EvaluationReport report = evaluate(model, read, step, found);
            EvaluationTotals total = report.total();
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
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(Json.line(report));
            } else {
                EvaluationPrinter.print(report, out);
            }
            out.flush();
        }
    }

    private void translations(List<Path> found) {
        if (stride != null || format != null) {
            throw new ParameterException(
                    spec.commandLine(), "--stride and --format are of models that continue texts; this one translates");
        }
        try (LanguageModel model = choice.loadTranslator(spec.commandLine().getErr())) {
            TranslationReport report = TranslationReport.of(
                    model, choice.folder(), found, spec.commandLine().getErr());
            if (json) {
                spec.commandLine().getOut().println(Json.line(report));
            } else {
                report.print(spec.commandLine().getOut(), spec.commandLine().getErr());
            }
        }
    }

    private EvaluationReport evaluate(LanguageModel model, DataFormat format, int step, List<Path> found) {
        List<Path> texts = found.stream().distinct().toList();
        long bytes = texts.stream().mapToLong(EvaluationReport::size).sum();
        try (Bar bar = new Bar(spec.commandLine().getErr(), new BarLine("evaluating", 0, bytes, " KiB", 1024))) {
            return EvaluationReport.of(model, choice.folder(), format, step, texts, bar::stepTo);
        }
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
        return model.tokenizer().sentenceMarks().end().isPresent() ? DataFormat.LINES : DataFormat.STREAM;
    }
}
