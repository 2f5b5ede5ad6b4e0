package io.heed.cli;

import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.cli.options.ModelChoice;
import io.heed.cli.options.PartChoice;
import io.heed.cli.options.ScoringChoice;
import io.heed.cli.print.EvaluationPrinter;
import io.heed.cli.print.PartPrinter;
import io.heed.cli.program.CommandLineProgram;
import io.heed.cli.terminal.Bar;
import io.heed.cli.terminal.BarLine;
import io.heed.model.PassTraces;
import io.heed.predict.ModelPart;
import io.heed.predict.evaluation.EvaluationReport;
import io.heed.predict.evaluation.Evaluator;
import io.heed.predict.evaluation.PartEvaluation;
import io.heed.predict.evaluation.TranslationReport;
import io.heed.text.DataFormat;
import io.heed.text.TextFiles;
import io.heed.text.corpus.SentencePair;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed evaluate}: measures how well a model predicts texts, or translates. */
@Command(
        name = "evaluate",
        description =
                "Measure how well a model predicts texts: loss, perplexity, bits per byte, accuracy, calibration; or how well it translates.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Each token is scored once, from the tokens before it in a window that slides over the text.",
            "With --stride as large as the model's context, the loss equals the validation loss of training",
            "if the text is the same.",
            "",
            "  heed evaluate models/toy data/toy-held-out.txt",
            "  heed evaluate models/toy one.txt two.txt --json",
            "  heed evaluate models/toy data/toy-held-out.txt --without 1.0,1.1",
            "  heed evaluate models/toy texts.txt --only circuit.json",
            "",
            "For a translation model, FILE holds pairs: on each line a sentence, a tab and its translation. The",
            "report has exact matches, BLEU, chrF and, if a third column aligns the words (0-0 2-1 1p1), how",
            "often each head of the cross-attention is wrong.",
            "",
            "  heed evaluate models/fr-en data/fr-en-held-out.tsv"
        })
@SuppressWarnings("NullAway.Init")
final class EvaluateCommand implements Runnable, CommandLineProgram.Computing {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelChoice choice;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "FILE",
            description = "Texts, or pairs, in UTF-8: a file, a folder (its *.txt) or a pattern (texts/*.md).")
    private List<String> files;

    @Mixin
    private ScoringChoice scoring;

    @Mixin
    private PartChoice part;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        List<Path> found = TextFiles.find(files.stream().map(TextFiles::found).toList());
        if (ModelFolder.translates(choice.folder())) {
            translations(found);
            return;
        }
        try (LanguageModel model = choice.load(spec.commandLine().getErr())) {
            DataFormat read = scoring.format(choice.folder(), model.tokenizer());
            int step = scoring.stride(model.context());
            PrintWriter out = spec.commandLine().getOut();
            if (part.given()) {
                ModelPart kept =
                        part.of(model, read, step, found.stream().distinct().toList());
                EvaluationReport whole = evaluate(model, null, read, step, found);
                EvaluationPrinter.warn(whole.total(), spec.commandLine().getErr());
                EvaluationReport report = evaluate(model, kept.traces(), read, step, found);
                PartEvaluation both = new PartEvaluation(kept, report, whole);
                if (json) {
                    out.println(Json.line(both));
                } else {
                    PartPrinter.print(both, out);
                }
            } else {
                EvaluationReport report = evaluate(model, null, read, step, found);
                EvaluationPrinter.warn(report.total(), spec.commandLine().getErr());
                if (json) {
                    out.println(Json.line(report));
                } else {
                    EvaluationPrinter.print(report, out);
                }
            }
            out.flush();
        }
    }

    private void translations(List<Path> found) {
        if (part.given()) {
            throw new ParameterException(
                    spec.commandLine(), "--without and --only are for models that continue texts; this one translates");
        }
        if (scoring.given()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--stride and --format are for models that continue texts; this one translates");
        }
        try (LanguageModel model = choice.loadTranslator(spec.commandLine().getErr())) {
            TranslationReport report = translations(model, found);
            if (json) {
                spec.commandLine().getOut().println(Json.line(report));
            } else {
                EvaluationPrinter.print(
                        report, spec.commandLine().getOut(), spec.commandLine().getErr());
            }
        }
    }

    private TranslationReport translations(LanguageModel model, List<Path> found) {
        List<List<SentencePair>> pairs = found.stream().map(SentencePair::read).toList();
        int all = pairs.stream().mapToInt(List::size).sum();
        try (Bar bar = new Bar(spec.commandLine().getErr(), "translating", all)) {
            return TranslationReport.of(model, choice.folder(), found, pairs, bar::stepTo);
        }
    }

    private EvaluationReport evaluate(
            LanguageModel model, @Nullable PassTraces traces, DataFormat format, int step, List<Path> found) {
        List<Path> texts = found.stream().distinct().toList();
        long bytes = texts.stream().mapToLong(EvaluationReport::size).sum();
        String task = traces == null ? "evaluating" : "evaluating the part";
        try (Bar bar = new Bar(spec.commandLine().getErr(), new BarLine(task, 0, bytes, " KiB", 1024));
                Evaluator evaluator = new Evaluator(model, traces, format, step)) {
            return EvaluationReport.of(choice.folder(), evaluator, texts, bar::stepTo);
        }
    }
}
