package io.heed.cli;

import io.heed.Home;
import io.heed.Json;
import io.heed.checkpoint.KeptModels;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.cli.options.CellChoice;
import io.heed.cli.options.IdsOption;
import io.heed.cli.options.MapChoice;
import io.heed.cli.options.ModelChoice;
import io.heed.cli.options.Passages;
import io.heed.cli.options.Prompts;
import io.heed.cli.print.AnswerPrinter;
import io.heed.cli.print.AttentionPrinter;
import io.heed.cli.print.DumpProgress;
import io.heed.cli.print.ScorePrinter;
import io.heed.cli.print.TranslationAttention;
import io.heed.cli.print.WrittenFiles;
import io.heed.cli.program.CommandLineProgram;
import io.heed.cli.program.Failures;
import io.heed.cli.terminal.Interruption;
import io.heed.inspect.HeadSimilarity;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.circuit.graph.Circuit;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.evidence.Evidence;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.evidence.ScoreAttribution;
import io.heed.inspect.files.AttentionReport;
import io.heed.inspect.files.AttentionResult;
import io.heed.inspect.files.Dump;
import io.heed.inspect.files.DumpFormat;
import io.heed.inspect.files.HeadTable;
import io.heed.inspect.heads.HeadCards;
import io.heed.inspect.heads.HeadStatistics;
import io.heed.inspect.heads.HeadSummary;
import io.heed.model.Trace.Step;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed attention}: what each head read in a text, what it does, and what it was good for; on the terminal and in files. */
@Command(
        name = "attention",
        description =
                "Show what comes next, which attention heads that depends on and what they read, and write the maps.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Layers and heads count from 0. In a map rows are queries (who reads), columns are keys (who is read).",
            "",
            "  heed attention models/toy \"The cat sat on the mat\"",
            "  heed attention models/toy \"The cat sat on the mat\" --out maps",
            "  heed attention models/toy \"The cat sat on the mat\" --map rollout",
            "  heed attention models/toy \"The cat sat on the mat\" --why 1.1",
            "  heed attention models/toy \"the cat sat on the\" --compare \"the dog sat on the\" --out maps",
            "  heed attention models/toy --roles",
            "  heed attention models/toy --file texts.txt --out dump --format npz,csv --include attention",
            "  heed attention models/fr-en \"voir le tableau ci-dessous\" --out maps"
        })
@SuppressWarnings("NullAway.Init")
final class AttentionCommand implements Callable<Integer>, CommandLineProgram.Computing {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelChoice choice;

    @Parameters(index = "1", arity = "0..1", paramLabel = "TEXT", description = "The text to read.")
    private @Nullable String text;

    @Mixin
    private IdsOption ids;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Dump many texts, one per line, and summarise what the heads do over all of them.")
    private @Nullable Path file;

    @Option(
            names = "--compare",
            paramLabel = "TEXT",
            description = "Compare with another text: what comes next, and which words and heads decide it.")
    private @Nullable String other;

    @Option(
            names = "--target",
            paramLabel = "TEXT",
            description = "For a translation model: the translation. Default: the model's own.")
    private @Nullable String target;

    @Option(
            names = "--evidence",
            description =
                    "Ablate each head, however long it takes, and also print what those that matter do, which parts"
                            + " wrote the answer's logit, and what each layer would predict.")
    private boolean evidence;

    @Mixin
    private AttentionRoles roles;

    @Mixin
    private MapChoice map;

    @Mixin
    private CellChoice why;

    @Mixin
    private AttentionFiles files;

    @Option(
            names = "--circuit",
            paramLabel = "FILE",
            description = "Also say what each head is for in a circuit that heed circuit --out has written.")
    private @Nullable Path circuit;

    @Option(names = "--over", description = "Show how the heads developed, from the models that the run of MODEL kept.")
    private boolean over;

    @Option(names = "--all-heads", description = "Describe every head, not only those that matter to the prediction.")
    private boolean allHeads;

    @Option(
            names = "--table",
            description =
                    "Print the heads' measures as a table, as --file does: of 24 heads, or with --all-heads of all.")
    private boolean table;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        int given = (text == null ? 0 : 1) + (file == null ? 0 : 1) + (ids.given() ? 1 : 0) + (roles.chosen() ? 1 : 0);
        misused(given != 1, "give either TEXT, --ids, --file or --roles");
        misused(file != null && why.chosen(), "--why is for one text, not for --file");
        files.check();
        if (file != null && files.folder() == null) {
            throw new ParameterException(spec.commandLine(), "--file needs --out, the folder to write into");
        }
        if (ModelFolder.translates(choice.folder())) {
            lookUp();
            return 0;
        }
        try (LanguageModel model = choice.load(spec.commandLine().getErr())) {
            misused(target != null, "--target is for translation models; this one continues texts");
            if (roles.chosen()) {
                misused(
                        changed() || why.chosen() || files.folder() != null || target != null,
                        "--roles takes only --ablate, --seed and --json");
                roles.print(
                        model,
                        json,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr());
            } else if (file != null) {
                dump(model, Home.find(file), Objects.requireNonNull(files.folder()));
            } else {
                look(model, text == null ? ids.text() : text);
            }
        } catch (DumpProgress.Interrupted e) {
            spec.commandLine().getErr().println("heed: " + Failures.sentence(e));
            return Interruption.INTERRUPTED;
        }
        return 0;
    }

    private void misused(boolean wrong, String message) {
        if (wrong) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    /** Whether an option is given that asks for more than one text's maps. */
    private boolean changed() {
        return other != null || over || evidence || allHeads || table || circuit != null || map.chosen();
    }

    /** Shows the three attentions of a translation. */
    private void lookUp() {
        misused(
                text == null || changed() || files.chooseQuantities(),
                "for a translation model, attention takes only TEXT, --target, --why, --out, --format, --cmap, --scale and --json");
        PrintWriter err = spec.commandLine().getErr();
        try (LanguageModel model = choice.loadTranslator(spec.commandLine().getErr())) {
            TranslationAttention found =
                    TranslationAttention.of(model, Objects.requireNonNull(text), target, why.needed(model), err);
            found.explain(why.scores(model, found.recording()));
            Path out = files.folder();
            List<Path> written =
                    out == null ? List.of() : found.write(model, choice.name(), out, files.formats(), files.style());
            if (json) {
                spec.commandLine().getOut().println(Json.line(found.result(written)));
            } else {
                found.print(spec.commandLine().getOut());
                WrittenFiles.tell(written, spec.commandLine().getOut(), err);
            }
        }
    }

    private HeadCards cards(LanguageModel model) {
        HeadCards cards = new HeadCards(model);
        if (circuit == null) {
            return cards;
        }
        Graph graph = new Graph(model.transformer().config());
        return cards.knowing(Circuit.read(Home.find(circuit), graph));
    }

    private void dump(LanguageModel model, Path texts, Path folder) {
        PrintWriter err = spec.commandLine().getErr();
        Set<DumpFormat> chosen = files.ofNumbers();
        List<Passage> passages = Passages.read(model, texts, err);
        var config = model.transformer().config();
        HeadStatistics statistics = new HeadStatistics(config.layers(), config.heads());
        HeadCards cards = cards(model);
        List<Path> written;
        try (DumpProgress progress = new DumpProgress(spec.commandLine().getErr(), passages.size())) {
            int longest = passages.stream()
                    .mapToInt(passage -> passage.encoded().length())
                    .max()
                    .orElseThrow();
            Dump dump = new Dump(model, passages, files.quantities(model, longest), recording -> {
                statistics.add(recording);
                progress.step();
            });
            written = new ArrayList<>(dump.write(folder, chosen));
        }
        List<HeadSummary> heads = HeadSummary.of(cards, statistics);
        written.addAll(HeadTable.write(folder, heads));
        AttentionPrinter printer = new AttentionPrinter(spec.commandLine().getOut(), allHeads);
        if (json) {
            spec.commandLine()
                    .getOut()
                    .println(Json.line(new AttentionResult.OfTexts(passages.size(), heads, written)));
        } else {
            printer.table(heads);
            WrittenFiles.tell(written, spec.commandLine().getOut(), err);
        }
    }

    private void look(LanguageModel model, String given) {
        PrintWriter err = spec.commandLine().getErr();
        map.check(
                model.transformer().config().layers(),
                model.transformer().config().heads());
        var encoded = ids.given() ? ids.read(model, err) : Prompts.read(model, given, err);
        boolean found = evidence || Evidence.isQuick(model, encoded.length());
        Set<Step> steps = why.needed(model);
        steps.addAll(Findings.needed(found));
        Recording recording = Recording.of(model, given, encoded, steps);
        List<ScoreAttribution> scores = why.scores(model, recording);
        if (!found) {
            err.println("heed: ablating each head would take a while here; --evidence does it");
        }
        String label = over ? choice.name() : given;
        AttentionReport report =
                new AttentionReport(model, label, recording, statistics(recording), cards(model), found);
        report.explain(scores);
        TokenMaps maps = map.kind().maps(model, recording);
        if (other != null) {
            report.compare(model, other, Prompts.read(model, other, err));
        }
        if (over) {
            over(report, given);
        }
        List<Path> written = files.write(model, choice.name(), report, maps);
        if (json) {
            spec.commandLine().getOut().println(Json.line(AttentionResult.of(report, written)));
        } else {
            print(report, maps, written);
        }
    }

    private void print(AttentionReport report, TokenMaps maps, List<Path> written) {
        AttentionPrinter printer = new AttentionPrinter(spec.commandLine().getOut(), allHeads);
        boolean alone = map.chosen() || table || why.chosen();
        if (map.chosen()) {
            map.tell(maps, spec.commandLine().getErr());
            printer.map(maps, map.layer(maps), map.head());
        }
        if (table) {
            printer.gap(map.chosen());
            printer.table(report);
        }
        printer.gap(why.chosen() && (map.chosen() || table));
        new ScorePrinter(spec.commandLine().getOut()).print(report.scores());
        if (!alone || other != null || evidence) {
            printer.gap(alone);
            new AnswerPrinter(spec.commandLine().getOut()).print(report, evidence);
        }
        if (allHeads && !table) {
            printer.heads(report);
        } else if (circuit != null) {
            printer.circuit(report);
        }
        printer.history(report.history());
        WrittenFiles.tell(
                written, spec.commandLine().getOut(), spec.commandLine().getErr());
        if (!allHeads && !alone && !evidence) {
            printer.more();
        }
    }

    /** Reads the text with each model that the run kept. */
    private void over(AttentionReport report, String given) {
        PrintWriter err = spec.commandLine().getErr();
        for (KeptModels.Kept kept : KeptModels.of(choice.folder())) {
            try (LanguageModel model = choice.read(kept.folder())) {
                report.then(kept.step(), model, Prompts.read(model, given, err));
            }
        }
    }

    private HeadStatistics statistics(Recording recording) {
        HeadStatistics statistics = new HeadStatistics(recording.layers(), recording.heads());
        if (evidence || table || HeadSimilarity.isQuick(recording.layers() * recording.heads(), recording.length())) {
            statistics.add(recording);
        } else {
            statistics.addMeasures(recording);
        }
        return statistics;
    }
}
