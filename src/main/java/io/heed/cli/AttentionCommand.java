package io.heed.cli;

import io.heed.HeedException;
import io.heed.Json;
import io.heed.checkpoint.KeptModels;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.cli.options.IdsOption;
import io.heed.cli.options.MapChoice;
import io.heed.cli.options.ModelChoice;
import io.heed.cli.options.Passages;
import io.heed.cli.options.Prompts;
import io.heed.cli.print.AnswerPrinter;
import io.heed.cli.print.AttentionPrinter;
import io.heed.cli.print.DumpProgress;
import io.heed.cli.print.TranslationAttention;
import io.heed.cli.terminal.Interruption;
import io.heed.drawing.ColourMap;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.evidence.Evidence;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.files.AttentionFolder;
import io.heed.inspect.files.AttentionReport;
import io.heed.inspect.files.AttentionResult;
import io.heed.inspect.files.Dump;
import io.heed.inspect.files.DumpFormat;
import io.heed.inspect.files.DumpPart;
import io.heed.inspect.files.HeadTable;
import io.heed.inspect.heads.HeadCards;
import io.heed.inspect.heads.HeadSimilarity;
import io.heed.inspect.heads.HeadStatistics;
import io.heed.inspect.heads.HeadSummary;
import io.heed.inspect.page.PageContent;
import io.heed.inspect.pictures.HeatMap;
import io.heed.inspect.pictures.Style;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
            "  heed attention models/toy \"the cat sat on the\" --compare \"the dog sat on the\" --out maps",
            "  heed attention models/toy --file texts.txt --out dump --format npz,csv --include attention",
            "  heed attention models/fr-en \"voir le tableau ci-dessous\" --out maps"
        })
@SuppressWarnings("NullAway.Init")
final class AttentionCommand implements Callable<Integer> {

    /** The most numbers in a JSON file written by default: about 60 MB. */
    private static final long MOST_IN_JSON = 6_000_000;

    /** The most in an NPZ file: 100 MB. */
    private static final long MOST_IN_NPZ = 25_000_000;

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
            description =
                    "Compare with another text of as many tokens: what comes next, and which word and head decide it.")
    private @Nullable String other;

    @Option(
            names = "--target",
            paramLabel = "TEXT",
            description = "For a translation model: the translation. Default: the model's own.")
    private @Nullable String target;

    @Option(names = "--out", paramLabel = "DIR", description = "Write files to this folder.")
    private @Nullable Path out;

    @Option(
            names = "--format",
            paramLabel = "LIST",
            split = ",",
            description = "Files to write: ${COMPLETION-CANDIDATES}. Default: html,npz,json,svg, numbers only if"
                    + " they fit into files of some 100 MB; with --file, npz.")
    private @Nullable Set<DumpFormat> formats;

    @Option(
            names = "--include",
            paramLabel = "LIST",
            split = ",",
            description = "Contents of the files of numbers: ${COMPLETION-CANDIDATES}. Default: everything but flow"
                    + " and, for long texts, head_similarity, which are slow.")
    private @Nullable Set<DumpPart> parts;

    @Option(
            names = "--evidence",
            description = "Ablate each head and measure what the prediction loses, however long it takes.")
    private boolean evidence;

    @Mixin
    private MapChoice map;

    @Option(names = "--cmap", description = "Colours of pictures: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private ColourMap colours = ColourMap.BLUES;

    @Option(names = "--scale", description = "Size of pictures, from 0.1 to 10. Default: ${DEFAULT-VALUE}.")
    private double scale = 1;

    @Option(names = "--over", description = "Show how the heads developed, from the models that the run of MODEL kept.")
    private boolean over;

    @Option(names = "--all-heads", description = "Describe every head, not only those that matter to the prediction.")
    private boolean allHeads;

    @Option(names = "--table", description = "Print the measures of every head as a table, as --file does.")
    private boolean table;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        int given = (text == null ? 0 : 1) + (file == null ? 0 : 1) + (ids.given() ? 1 : 0);
        if (given != 1) {
            throw new ParameterException(spec.commandLine(), "give either TEXT, --ids or --file");
        }
        if (file != null && out == null) {
            throw new ParameterException(spec.commandLine(), "--file needs --out, the folder to write into");
        }
        if (ModelFolder.translates(choice.folder())) {
            lookUp();
            return 0;
        }
        try (LanguageModel model = choice.load(spec.commandLine().getErr())) {
            misused(target != null, "--target is for translation models; this one continues texts");
            if (file != null && out != null) {
                dump(model, file, out);
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

    /** Shows the three attentions of a translation. */
    private void lookUp() {
        misused(
                text == null || other != null || parts != null || over || evidence || allHeads || table || map.chosen(),
                "for a translation model, attention takes only TEXT, --target, --out, --format, --cmap, --scale and --json");
        PrintWriter err = spec.commandLine().getErr();
        try (LanguageModel model = choice.loadTranslator(spec.commandLine().getErr())) {
            TranslationAttention found = TranslationAttention.of(model, Objects.requireNonNull(text), target, err);
            Set<DumpFormat> chosen = formats == null
                    ? EnumSet.of(DumpFormat.HTML, DumpFormat.NPZ, DumpFormat.JSON, DumpFormat.SVG)
                    : formats;
            List<Path> files = out == null ? List.of() : found.write(model, out, chosen, style());
            if (json) {
                spec.commandLine().getOut().println(Json.line(found.result(files)));
            } else {
                found.print(spec.commandLine().getOut());
                new AttentionPrinter(spec.commandLine().getOut()).files(files);
            }
        }
    }

    private void dump(LanguageModel model, Path texts, Path folder) {
        PrintWriter err = spec.commandLine().getErr();
        Set<DumpFormat> chosen = formats == null ? EnumSet.of(DumpFormat.NPZ) : formats;
        chosen.stream().filter(format -> !format.ofNumbers()).findFirst().ifPresent(format -> {
            throw new ParameterException(
                    spec.commandLine(), "--format: %s is for one text, not for --file".formatted(format));
        });
        List<Passage> passages = Passages.read(model, texts, err);
        var config = model.transformer().config();
        HeadStatistics statistics = new HeadStatistics(config.layers(), config.heads());
        HeadCards cards = new HeadCards(model);
        List<Path> files;
        try (DumpProgress progress = new DumpProgress(spec.commandLine().getErr(), passages.size())) {
            int longest = passages.stream()
                    .mapToInt(passage -> passage.encoded().length())
                    .max()
                    .orElseThrow();
            Dump dump = new Dump(model, passages, parts(model, longest), recording -> {
                statistics.add(recording);
                progress.step();
            });
            files = new ArrayList<>(dump.write(folder, chosen));
        }
        List<HeadSummary> heads = HeadSummary.of(cards, statistics);
        files.addAll(HeadTable.write(folder, heads));
        AttentionPrinter printer = new AttentionPrinter(spec.commandLine().getOut());
        if (json) {
            spec.commandLine().getOut().println(Json.line(new AttentionResult.OfTexts(passages.size(), heads, files)));
        } else {
            printer.table(heads);
            printer.files(files);
        }
    }

    private Set<DumpPart> parts(LanguageModel model, int tokens) {
        var config = model.transformer().config();
        return parts == null ? DumpPart.usual(config.layers() * config.heads(), tokens) : parts;
    }

    private void look(LanguageModel model, String given) {
        PrintWriter err = spec.commandLine().getErr();
        map.check(
                model.transformer().config().layers(),
                model.transformer().config().heads());
        var encoded = ids.given() ? ids.read(model, err) : Prompts.read(model, given, err);
        boolean found = evidence || Evidence.isQuick(model, encoded.length());
        Recording recording = Recording.of(model, given, encoded, Findings.needed(found));
        if (!found) {
            err.println("heed: ablating each head would take a while here; --evidence does it");
        }
        String label = over
                ? String.valueOf(choice.folder().toAbsolutePath().normalize().getFileName())
                : given;
        AttentionReport report = new AttentionReport(model, label, recording, statistics(recording), found);
        TokenMaps maps = map.kind().of(model, recording);
        if (other != null) {
            report.compare(model, other, Prompts.read(model, other, err));
        }
        if (over) {
            over(report, given);
        }
        List<Path> files = out == null ? List.of() : write(model, report, maps, out);
        AttentionPrinter printer = new AttentionPrinter(spec.commandLine().getOut());
        if (json) {
            spec.commandLine().getOut().println(Json.line(AttentionResult.of(report, files)));
            return;
        }
        boolean alone = map.chosen() || table;
        if (map.chosen()) {
            printer.map(maps, map.layer(maps), map.head(), new Style(1, colours, 1));
        }
        if (table) {
            printer.gap(map.chosen());
            printer.table(report);
        }
        if (!alone || other != null || evidence) {
            printer.gap(alone);
            new AnswerPrinter(spec.commandLine().getOut()).print(report);
        }
        if (allHeads) {
            printer.heads(report);
        }
        printer.history(report.history());
        printer.files(files);
        if (!allHeads && !alone) {
            printer.more();
        }
    }

    /** Reads the text with each model that the run kept. */
    private void over(AttentionReport report, String given) {
        PrintWriter err = spec.commandLine().getErr();
        for (KeptModels.Kept kept : KeptModels.of(choice.folder())) {
            try (LanguageModel model =
                    ModelFolder.read(kept.folder(), choice.device().resolve())) {
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

    private List<Path> write(LanguageModel model, AttentionReport report, TokenMaps maps, Path folder) {
        Recording recording = report.recording();
        Dump dump = new Dump(model, List.of(recording.passage()), parts(model, recording.length()), done -> {});
        Set<DumpFormat> chosen = formats == null ? usual(dump.numbers()) : EnumSet.copyOf(formats);
        if (chosen.contains(DumpFormat.PNG) || chosen.contains(DumpFormat.PDF)) {
            warnOfBoxes(recording.text());
        }
        Set<DumpFormat> numbers = chosen.stream()
                .filter(DumpFormat::ofNumbers)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(DumpFormat.class)));
        chosen.removeAll(numbers);
        PageContent content = report.content();
        if (chosen.contains(DumpFormat.HTML) && !content.leftOut().isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("heed: attention.html has no room for %s; a shorter text leaves room for all of them"
                            .formatted(String.join(", ", content.leftOut())));
        }
        List<Path> files = new ArrayList<>(AttentionFolder.write(folder, content, maps, chosen, style()));
        for (DumpFormat format : chosen) {
            if (format != DumpFormat.HTML && !report.history().isEmpty()) {
                Path file = folder.resolve("over-training." + format);
                HeatMap.overTraining(report.history(), style()).write(file);
                files.add(file);
            }
        }
        files.addAll(dump.write(folder, numbers));
        return files;
    }

    /** The default formats: files of numbers only if they are not very large. */
    private Set<DumpFormat> usual(long numbers) {
        Set<DumpFormat> usual = EnumSet.of(DumpFormat.HTML, DumpFormat.NPZ, DumpFormat.JSON, DumpFormat.SVG);
        if (numbers > MOST_IN_JSON) {
            usual.remove(DumpFormat.JSON);
        }
        if (numbers > MOST_IN_NPZ) {
            usual.remove(DumpFormat.NPZ);
        }
        Set<DumpFormat> rest = EnumSet.of(DumpFormat.NPZ, DumpFormat.JSON);
        rest.removeAll(usual);
        if (!rest.isEmpty()) {
            String files = rest.stream().map(format -> "attention." + format).collect(Collectors.joining(" and "));
            spec.commandLine()
                    .getErr()
                    .println("heed: %s would hold %d million numbers; --format writes that anyway, --include less of it"
                            .formatted(files, Math.round(numbers / 1e6)));
        }
        return usual;
    }

    private void warnOfBoxes(String text) {
        String letters = HeatMap.withoutLetters(text);
        if (!letters.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("heed: PNG and PDF have no glyphs for %s and show boxes; SVG and the page show them"
                            .formatted(Visible.text(letters)));
        }
    }

    private Style style() {
        try {
            return new Style(scale, colours, 1);
        } catch (HeedException e) {
            throw new ParameterException(spec.commandLine(), "--scale: " + e.getMessage(), e);
        }
    }
}
