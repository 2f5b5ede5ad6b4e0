package io.heed.cli;

import io.heed.checkpoint.LanguageModel;
import io.heed.predict.NextWord;
import io.heed.predict.Predictor;
import io.heed.predict.Sampler;
import io.heed.text.Encoded;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed predict}: the likeliest next words of a text, or its continuation. */
@Command(
        name = "predict",
        description = "Predict the next word of a text, or continue it.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "  heed predict models/toy \"the cat sat on the\"",
            "  heed predict models/toy \"the cat\" --generate 12 --temperature 0.8 --seed 7"
        })
@SuppressWarnings("NullAway.Init")
final class PredictCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelChoice choice;

    @Parameters(index = "1", paramLabel = "TEXT", description = "The text to go on from.")
    private String text;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many next words to show. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(names = "--generate", paramLabel = "N", description = "Continue the text by up to N tokens.")
    private int generate;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0",
            description = "0 always takes the likeliest word, 1 draws by probability. Default: ${DEFAULT-VALUE}.")
    private double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "0",
            description = "Draw from the K likeliest words only; 0 for all. Default: ${DEFAULT-VALUE}.")
    private int topK;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The same seed draws the same words. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Override
    public void run() {
        atLeast("--top", top, 1);
        atLeast("--generate", generate, 0);
        atLeast("--temperature", temperature, 0);
        atLeast("--top-k", topK, 0);
        try (LanguageModel model = choice.load()) {
            Encoded prompt = Prompts.read(model, text, spec.commandLine().getErr());
            if (generate > 0) {
                continueText(new Predictor(model), prompt);
            } else {
                showNext(new Predictor(model)
                        .next(prompt, Math.min(top, model.tokenizer().size())));
            }
        }
    }

    private void atLeast(String option, double value, double least) {
        if (!(value >= least)) {
            String shown = value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
            throw new ParameterException(
                    spec.commandLine(), "%s: %s is less than %d".formatted(option, shown, (long) least));
        }
    }

    private void continueText(Predictor predictor, Encoded prompt) {
        PrintWriter out = spec.commandLine().getOut();
        Sampler sampler = new Sampler(temperature, topK, seed);
        if (json) {
            String added = predictor.generate(prompt, generate, sampler, piece -> {});
            out.println(Json.line(ordered("text", text, "continuation", added)));
            return;
        }
        out.print(Terminal.faint(Visible.lines(text)));
        predictor.generate(prompt, generate, sampler, piece -> {
            out.print(Visible.lines(piece));
            out.flush();
        });
        out.println();
    }

    private void showNext(List<NextWord> words) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(ordered("text", text, "next", words)));
        } else {
            print(out, words);
        }
    }

    /** A table of words, probabilities and bars. */
    static void print(PrintWriter out, List<NextWord> words) {
        int width = words.stream()
                .mapToInt(word -> Visible.token(word.token()).length())
                .max()
                .orElse(0);
        for (NextWord word : words) {
            out.printf(
                    Locale.ROOT,
                    "  %s  %.4f  %s%n",
                    Terminal.bold(("%-" + width + "s").formatted(Visible.token(word.token()))),
                    word.probability(),
                    Terminal.blue(Terminal.bar(word.probability(), 40)).stripTrailing());
        }
    }

    private static Map<String, Object> ordered(String key, Object value, String otherKey, Object otherValue) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(key, value);
        map.put(otherKey, otherValue);
        return map;
    }
}
