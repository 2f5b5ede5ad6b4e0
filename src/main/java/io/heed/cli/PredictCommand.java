package io.heed.cli;

import io.heed.Home;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.live.InteractiveSession;
import io.heed.cli.options.IdsOption;
import io.heed.cli.options.ModelChoice;
import io.heed.cli.options.PartChoice;
import io.heed.cli.options.Prompts;
import io.heed.cli.options.SamplingChoice;
import io.heed.cli.options.ScoringChoice;
import io.heed.cli.options.Texts;
import io.heed.cli.print.PredictPrinter;
import io.heed.cli.program.CommandLineProgram;
import io.heed.cli.terminal.Terminal;
import io.heed.predict.BeamSearch;
import io.heed.predict.GapFiller;
import io.heed.predict.Generated;
import io.heed.predict.Generation;
import io.heed.predict.GenerationSettings;
import io.heed.predict.ModelPart;
import io.heed.predict.NextWordPredictor;
import io.heed.predict.NextWords;
import io.heed.predict.PartWords;
import io.heed.predict.Score;
import io.heed.predict.Scorer;
import io.heed.predict.evaluation.Evaluator;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed predict}: the likeliest next words of a text, its continuation, how likely it is, or what fills its gap. */
@Command(
        name = "predict",
        description = "Predict the next word of a text, continue it, score it, or fill its gap.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Without TEXT and --file, texts are read from standard input, one per line.",
            "",
            "  heed predict models/toy \"the cat sat on the\"",
            "  heed predict models/toy \"the cat\" --generate 12 --temperature 0.8 --seed 7",
            "  heed predict models/toy --score \"the cat sat on the mud .\"",
            "  heed predict models/toy --fill \"the ___ sat on the mat .\"",
            "  heed predict models/toy --file texts.txt --json",
            "  heed predict models/toy \"the cat sat on the\" --without 1.0,1.1",
            "  heed predict models/toy --file texts.txt --only circuit.json --means texts.txt",
            "  heed predict models/toy -i"
        })
@SuppressWarnings("NullAway.Init")
final class PredictCommand implements Runnable, CommandLineProgram.Computing {

    /** The task, if not the next word. */
    static final class Task {

        @Option(names = "--generate", paramLabel = "N", description = "Continue the text by up to N tokens.")
        private int generate;

        @Option(names = "--score", description = "Show how likely, and how surprising, each word of the text is.")
        private boolean score;

        @Option(names = "--fill", description = "Rank words for the gap ___ by the probability of the whole text.")
        private boolean fill;

        @Option(
                names = {"-i", "--interactive"},
                description = "Start an interactive session.")
        private boolean interactive;
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelChoice choice;

    @Parameters(index = "1..*", paramLabel = "TEXT", description = "Texts to read.")
    private List<String> texts = List.of();

    @Mixin
    private IdsOption ids;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Read texts from this file, one per line, instead of TEXT.")
    private @Nullable Path file;

    @ArgGroup(multiplicity = "0..1")
    private Task task = new Task();

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "5",
            description = "Number of words to show. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Mixin
    private SamplingChoice sampling;

    @Mixin
    private PartChoice part;

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            description = "End a continuation before this text. May be repeated.")
    private List<String> stops = List.of();

    @Option(
            names = "--continuations",
            paramLabel = "N",
            defaultValue = "1",
            description = "Number of continuations of each text. Default: ${DEFAULT-VALUE}.")
    private int continuations;

    @Option(
            names = "--beams",
            paramLabel = "N",
            defaultValue = "0",
            description = "With --generate: search for the N likeliest whole continuations.")
    private int beams;

    @Option(names = "--json", description = "Print one JSON object per text.")
    private boolean json;

    private @Nullable ModelPart kept; // if something is taken away

    @Override
    public void run() {
        atLeast("--top", top, 1);
        atLeast("--generate", task.generate, given("--generate") ? 1 : 0);
        atLeast("--continuations", continuations, 1);
        atLeast("--beams", beams, 0);
        misused(stops.contains(""), "--stop: give a text that is not empty");
        misused(!texts.isEmpty() && file != null, "give either TEXT or --file");
        misused(
                ids.given() && (!texts.isEmpty() || file != null || task.interactive || task.fill),
                "--ids replaces TEXT and --file, and cannot be combined with -i or --fill");
        misused(
                task.interactive && (json || file != null || texts.size() > 1),
                "-i takes one TEXT or none, and neither --file nor --json");
        misused(
                texts.isEmpty() && file == null && !ids.given() && !task.interactive && Terminal.typesInput(),
                "give a TEXT, --ids, --file or -i, or texts on standard input");
        checkCombination();
        var settings = new GenerationSettings(task.generate, sampling.sampling(), stops, continuations, json ? top : 0);
        try (LanguageModel model = choice.load(spec.commandLine().getErr())) {
            if (part.given()) {
                kept = part.of(
                        model,
                        ScoringChoice.usual(choice.folder(), model.tokenizer()),
                        Evaluator.defaultStride(model.context()),
                        List.of());
                new PredictPrinter(spec.commandLine().getOut(), model.tokenizer(), json).part(kept);
            }
            if (task.interactive) {
                new InteractiveSession(model, settings, top, spec.commandLine().getOut())
                        .run(texts.isEmpty() ? "" : texts.get(0));
            } else if (ids.given()) {
                answer(model, settings, List.of(ids.text()), false);
            } else if (!texts.isEmpty()) {
                Prompts.noteWords(texts, spec.commandLine().getErr());
                answer(model, settings, texts, texts.size() > 1);
            } else {
                int atOnce = Math.max(
                        1, NextWordPredictor.AT_ONCE / continuations); // each continuation has a cache of its own
                try (Texts source = file == null ? Texts.ofInput(System.in) : Texts.ofFile(Home.find(file))) {
                    source.each(spec.commandLine(), atOnce, some -> answer(model, settings, some, true));
                }
            }
        }
    }

    /** Refuses options that would have no effect. */
    private void checkCombination() {
        boolean writes = task.generate > 0 || task.interactive;
        misused(
                task.generate == 0 && given("--beams", "--continuations", "--stop"),
                "--beams, --continuations and --stop need --generate");
        boolean greedy = sampling.sampling().temperature() == 0;
        misused(!writes && sampling.given(), "sampling options apply only with --generate or -i");
        misused(
                !task.interactive && greedy && given("--top-k", "--top-p", "--min-p", "--seed"),
                "without --temperature above 0 the likeliest word is always taken; --top-k, --top-p, --min-p and --seed"
                        + " have no effect");
        misused(
                greedy && continuations > 1,
                "--continuations above 1 needs --temperature above 0; otherwise all are the same");
        misused(
                beams > 0 && (sampling.given() || continuations > 1 || !stops.isEmpty()),
                "--beams finds as many continuations as beams: it takes no sampling options, --continuations or --stop");
        misused(
                part.given() && given("--generate", "--score", "--fill", "--interactive"),
                "--without and --only compare next words, so they cannot be combined with --generate, --score, --fill or -i");
        misused(
                given("--top") && (task.score || (task.generate > 0 && (!json || beams > 0))),
                "--top: no list of words is shown with %s"
                        .formatted(
                                task.score ? "--score" : beams > 0 ? "--beams" : "--generate unless --json is given"));
    }

    private boolean given(String... options) {
        return Stream.of(options).anyMatch(spec.commandLine().getParseResult()::hasMatchedOption);
    }

    private void misused(boolean wrong, String message) {
        if (wrong) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private void atLeast(String option, int value, int least) {
        misused(value < least, "%s: %d is less than %d".formatted(option, value, least));
    }

    /** Answers some texts, together where that is faster. */
    private void answer(LanguageModel model, GenerationSettings settings, List<String> some, boolean several) {
        PrintWriter err = spec.commandLine().getErr();
        PredictPrinter printer = new PredictPrinter(spec.commandLine().getOut(), model.tokenizer(), json);
        if (task.fill) {
            fill(model, some, several, printer);
            return;
        }
        if (task.score) {
            Scorer scorer = new Scorer(model);
            List<Score> scores = scorer.score(some.stream()
                    .map(text -> ids.given() ? ids.whole(model) : Prompts.whole(model, text, err))
                    .toList());
            for (int i = 0; i < some.size(); i++) {
                printer.score(some.get(i), scores.get(i));
            }
            return;
        }
        List<Encoded> prompts = some.stream()
                .map(text -> ids.given() ? ids.read(model, err) : Prompts.read(model, text, err))
                .toList();
        if (task.generate == 0) {
            next(model, some, prompts, several, printer);
        } else if (beams > 0) {
            for (int i = 0; i < some.size(); i++) {
                printer.beams(some.get(i), new BeamSearch(model).search(prompts.get(i), beams, task.generate));
            }
        } else if (prompts.size() == 1 && continuations == 1 && !json) {
            stream(model, some.get(0), prompts.get(0), settings);
        } else {
            generate(model, settings, some, prompts, printer);
        }
    }

    private void next(
            LanguageModel model, List<String> texts, List<Encoded> prompts, boolean several, PredictPrinter printer) {
        NextWordPredictor predictor = new NextWordPredictor(model);
        if (kept == null) {
            List<NextWords> next = predictor.after(prompts, top);
            for (int i = 0; i < texts.size(); i++) {
                heading(printer, texts.get(i), several);
                printer.next(texts.get(i), next.get(i));
            }
            return;
        }
        List<PartWords> next = predictor.compare(kept, prompts, top);
        for (int i = 0; i < texts.size(); i++) {
            heading(printer, texts.get(i), several);
            printer.next(texts.get(i), kept, next.get(i));
        }
    }

    private void fill(LanguageModel model, List<String> texts, boolean several, PredictPrinter printer) {
        GapFiller filler = new GapFiller(model);
        for (String text : texts) {
            NextWords words = filler.fill(text, top);
            Prompts.warn(words.unknown(), spec.commandLine().getErr());
            heading(printer, text, several);
            printer.filled(text, words);
        }
    }

    private static void heading(PredictPrinter printer, String text, boolean several) {
        if (several) {
            printer.heading(text);
        }
    }

    /** Prints one continuation as it is generated. */
    private void stream(LanguageModel model, String text, Encoded prompt, GenerationSettings settings) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(Terminal.faint(Visible.lines(text)));
        out.flush();
        try (Generation generation = new Generation(model, List.of(prompt), settings)) {
            while (!generation.isDone() && !out.checkError()) { // somebody still reads
                generation.step((row, piece, token) -> out.print(Visible.lines(piece)));
            }
        }
        out.println();
    }

    private void generate(
            LanguageModel model,
            GenerationSettings settings,
            List<String> some,
            List<Encoded> prompts,
            PredictPrinter printer) {
        long start = System.nanoTime();
        try (Generation generation = new Generation(model, prompts, settings)) {
            List<Generated> all = new ArrayList<>(generation.run((row, piece, token) -> {}));
            double seconds = (System.nanoTime() - start) / 1e9;
            for (int i = 0; i < some.size(); i++) {
                int from = i * continuations;
                printer.continuations(some.get(i), all.subList(from, from + continuations), seconds);
            }
        }
    }
}
