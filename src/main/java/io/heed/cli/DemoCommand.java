package io.heed.cli;

import io.heed.HeedException;
import io.heed.Home;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.cli.live.WatchedTraining;
import io.heed.cli.options.WatchChoice;
import io.heed.cli.print.CircuitPrinter;
import io.heed.cli.print.PredictPrinter;
import io.heed.cli.print.ProgressPrinter;
import io.heed.cli.print.RunEnd;
import io.heed.cli.program.CommandLineProgram;
import io.heed.cli.terminal.DesktopBrowser;
import io.heed.cli.terminal.Interruption;
import io.heed.cli.terminal.Terminal;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.inspect.Links;
import io.heed.inspect.Quantity;
import io.heed.inspect.Recording;
import io.heed.inspect.circuit.CircuitReport;
import io.heed.inspect.circuit.Metric;
import io.heed.inspect.circuit.pairs.PairSplit;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.files.AttentionFolder;
import io.heed.inspect.files.CircuitFile;
import io.heed.inspect.files.Dump;
import io.heed.inspect.files.DumpFormat;
import io.heed.inspect.heads.HeadCards;
import io.heed.inspect.heads.PlantedScores;
import io.heed.inspect.page.PageContent;
import io.heed.inspect.pictures.Style;
import io.heed.model.Head;
import io.heed.predict.NextWord;
import io.heed.predict.NextWordPredictor;
import io.heed.serve.ServeSettings;
import io.heed.serve.Server;
import io.heed.serve.model.ModelSite;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.toy.ToyCorpus;
import io.heed.train.TrainingRun;
import io.heed.train.TrainingSite;
import io.heed.watch.Watcher;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heed demo}: the whole story in under a minute. */
@Command(
        name = "demo",
        description = "Train a toy model, predict with it, and draw what its attention does: the whole story.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class DemoCommand implements Callable<Integer>, CommandLineProgram.Computing {

    /** Prompts whose next word is known: the place where that animal rests. */
    private static final List<String> SENTENCES = List.of(
            "The cat sat on the",
            "the bird , which knocked over the vase , slept on the",
            "the cat , which broke the vase and liked the dog , sat on the");

    private static final int HELD_OUT = 600;

    /** How many pairs a circuit is found on, and proven on. */
    private static final int PAIRS = 12;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description = "The folder to write the model demo to. Default: models in Heed's own folder, or in the"
                    + " current directory if that one cannot be written to.")
    private Path models = Home.writable("models");

    @Option(
            names = "--translation",
            description = "Show the translation model that ships with Heed, and what it looks up.")
    private boolean translation;

    @Mixin
    private WatchChoice watch;

    private int code; // 0 if the page ended the run

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (watch.wanted() && translation) {
            throw new ParameterException(
                    spec.commandLine(), "--translation trains nothing to watch: give it or --watch");
        }
        if (translation) {
            TranslationDemo.show(out, spec.commandLine().getErr(), models.resolve("demo-translation"));
            return 0;
        }
        heading(out, "1. Training a fresh toy model on data/toy.txt");
        Path text = Home.folder().resolve("data/toy.txt");
        RunConfig config = ConfigReader.read(
                Home.folder().resolve("configs/toy.yaml"),
                List.of(
                        "name=demo",
                        "data.train=" + text,
                        "training.frames=" + (watch.wanted() ? WatchChoice.FRAMES : 0)));
        TrainingRun.Result result = train(config);
        TrainingCommand.print(out, RunEnd.of(result));
        if (result.interrupted()) {
            return code;
        }
        try (LanguageModel model =
                ModelFolder.read(result.folder(), config.device().resolve())) {
            tell(out, model, result.folder());
            return watch.wanted() ? serve(out, model) : 0;
        }
    }

    private TrainingRun.Result train(RunConfig config) {
        try (Interruption interruption = new Interruption();
                ProgressPrinter printer = new ProgressPrinter(spec.commandLine().getErr())) {
            TrainingRun.Result result = watch.wanted()
                    ? watched(config, printer, interruption::requested)
                    : train(config, Watcher.of(printer, interruption::requested));
            code = interruption.code();
            return result;
        }
    }

    private TrainingRun.Result watched(RunConfig config, ProgressPrinter printer, BooleanSupplier interrupted) {
        try (WatchedTraining watched = new WatchedTraining(config.name(), watch, printer, interrupted)) {
            return watched.run(live -> train(config, live), (live, seed) -> train(config.withSeed(seed), live));
        }
    }

    /** Trains, in place of an earlier demo. */
    private TrainingRun.Result train(RunConfig config, Watcher watcher) {
        return TrainingRun.begin(TrainingSite.HERE, config, "heed demo", models, true, watcher);
    }

    /** Lets the person at the browser ask the model, and switch heads off, until Ctrl-C. */
    private int serve(PrintWriter out, LanguageModel model) throws InterruptedException {
        ServeSettings settings = ServeSettings.local(0);
        try (Interruption interruption = Interruption.orTermination();
                Server server = new Server(new ModelSite(model, "demo", settings), settings, failure -> {})) {
            heading(out, "6. Ask it yourself, and switch heads off");
            out.println("the page is at " + server.address() + "; Ctrl-C ends");
            out.flush();
            if (watch.opens()) {
                DesktopBrowser.open(server.address());
            }
            return interruption.await();
        }
    }

    private static void tell(PrintWriter out, LanguageModel model, Path folder) {
        PlantedScores scores = PlantedScores.of(model, new ToyCorpus(ToyCorpus.SEED).heldOut(HELD_OUT));
        Optional<CircuitReport> circuit = circuit(model);
        HeadCards described = new HeadCards(model, scores);
        HeadCards cards =
                circuit.map(found -> described.knowing(found.circuit())).orElse(described);
        Optional<Head> needed = circuit.flatMap(CircuitReport::mostNeeded);
        heading(out, "2. Which word comes next, and which word each answer comes from");
        for (int i = 0; i < SENTENCES.size(); i++) {
            tell(out, model, cards, needed, SENTENCES.get(i), folder.resolve("attention-" + (i + 1)));
        }

        heading(out, "3. How well it learned the planted rules, on sentences it never saw");
        print(out, scores);

        Path page = folder.resolve("attention-" + SENTENCES.size() + "/attention.html");
        circuit.ifPresent(found -> {
            heading(out, "4. Which parts of the model the place depends on");
            CircuitPrinter.edges(found, out);
            CircuitFile.HTML.write(model, found, circuitPage(folder));
        });

        heading(out, "5. Look at it");
        out.println(
                "the maps, in a browser: " + page.toAbsolutePath().normalize().toUri());
        circuit.ifPresent(found -> out.println("the circuit: "
                + circuitPage(folder).toAbsolutePath().normalize().toUri()));
        out.println("Numbers and pictures are beside it. README.md says what to do next.");
    }

    private static Path circuitPage(Path folder) {
        return folder.resolve("circuit.html");
    }

    /** The circuit that names the place; none in a model that has not learned to. */
    private static Optional<CircuitReport> circuit(LanguageModel model) {
        PairSplit pairs = PairSplit.made(model).first(PAIRS);
        try {
            return Optional.of(CircuitReport.of(
                    model,
                    new CircuitReport.Wanted("demo", pairs.finding(), pairs.proving(), Metric.LOGIT_DIFFERENCE, 0),
                    found -> {}));
        } catch (HeedException notLearned) {
            return Optional.empty();
        }
    }

    /** What follows a sentence, which word that comes from, and the maps of it. */
    private static void tell(
            PrintWriter out, LanguageModel model, HeadCards cards, Optional<Head> needed, String sentence, Path maps) {
        Encoded encoded = model.encode(sentence);
        List<NextWord> next =
                new NextWordPredictor(model).next(encoded.ids(), 3).likeliest();
        out.println(Terminal.bold(sentence + " …"));
        PredictPrinter.table(out, model.tokenizer(), next);
        Recording recording = Recording.of(model, sentence, encoded);
        out.println("  " + reading(model.tokenizer(), recording, needed, next.get(0)));
        AttentionFolder.write(
                maps,
                PageContent.of(recording, Findings.of(model, cards.of(recording), recording, true))
                        .named("demo"),
                EnumSet.of(DumpFormat.HTML, DumpFormat.SVG),
                Style.STANDARD);
        new Dump(
                        model,
                        List.of(recording.passage()),
                        Quantity.usual(
                                model.transformer().config().layers()
                                        * model.transformer().config().heads(),
                                encoded.length()),
                        done -> {})
                .write(maps, EnumSet.of(DumpFormat.NPZ, DumpFormat.JSON));
    }

    private static void print(PrintWriter out, PlantedScores scores) {
        out.printf(
                Locale.ROOT,
                "the place, across a clause with another animal        %.3f right of %d%n",
                scores.placeAccuracy(),
                scores.places());
        out.printf(
                Locale.ROOT,
                "was or were, across a clause of the other number      %.3f right of %d%n",
                scores.numberAccuracy(),
                scores.numbers());
        out.printf(
                Locale.ROOT,
                "layer %d, head %d reads the subject most of all words   in %.3f of %d%n",
                scores.layer(),
                scores.head(),
                scores.headShare(),
                scores.places());
    }

    /**
     * Describes which word a head reads most from the last word of the text: the head that the place depends on most, or the one of the last
     * layer that attends most to a word.
     */
    private static String reading(Tokenizer tokenizer, Recording maps, Optional<Head> needed, NextWord answer) {
        int last = maps.length() - 1;
        int lastLayer = maps.layers() - 1;
        Links.Link link = Links.readBy(maps, last).stream()
                .filter(each -> each.key() > 0)
                .filter(each -> needed.map(head -> each.layer() == head.layer() && each.head() == head.head())
                        .orElse(each.layer() == lastLayer))
                .max(Comparator.comparingDouble(Links.Link::weight))
                .orElseGet(() -> Links.readBy(maps, last).get(0));
        return String.format(
                Locale.ROOT,
                "Before it says %s, head %d of layer %d reads %s, with %.2f of its attention.",
                Terminal.bold(tokenizer.vocabulary().shown(answer.id())),
                link.head(),
                link.layer(),
                Terminal.bold(maps.encoded().named(link.key())),
                link.weight());
    }

    private static void heading(PrintWriter out, String text) {
        out.println();
        out.println(Terminal.bold(text));
    }
}
