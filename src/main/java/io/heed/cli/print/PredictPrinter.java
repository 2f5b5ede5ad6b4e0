package io.heed.cli.print;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.heed.Json;
import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.predict.BeamSearch.Beam;
import io.heed.predict.Generated;
import io.heed.predict.ModelPart;
import io.heed.predict.NextWord;
import io.heed.predict.NextWords;
import io.heed.predict.PartWords;
import io.heed.predict.Score;
import io.heed.predict.Score.ScoredToken;
import io.heed.text.Plural;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints the results of {@code heed predict}, for people or as one JSON object per text. */
public final class PredictPrinter {

    private static final int BAR = 40;

    /** The colours, of 256, of words from hardly to very surprising. */
    private static final int[] SURPRISE = {28, 64, 100, 136, 166, 160};

    /**
     * The next words of a text.
     *
     * @param text the text that was read
     * @param next the likeliest tokens, the likeliest first
     * @param entropy of the distribution over the whole vocabulary, in nats
     * @param unknown the words of the text that the tokenizer does not know
     */
    public record Next(String text, List<NextWord> next, double entropy, List<String> unknown) {}

    /**
     * The next words of a text by a part of the model.
     *
     * @param text the text that was read
     * @param part the part
     * @param next the likeliest tokens by that part, the likeliest first
     * @param entropy of its distribution over the whole vocabulary, in nats
     * @param whole what the whole model predicts
     * @param unknown the words of the text that the tokenizer does not know
     */
    public record OfPart(
            String text,
            ModelPart part,
            List<PartWords.Word> next,
            double entropy,
            OfWhole whole,
            List<String> unknown) {}

    /**
     * The next words by the whole model.
     *
     * @param next the likeliest tokens, the likeliest first
     * @param entropy of the distribution over the whole vocabulary, in nats
     */
    public record OfWhole(List<NextWord> next, double entropy) {}

    /**
     * Words for a gap.
     *
     * @param text the text with the gap
     * @param fill the likeliest tokens for it, the likeliest first
     * @param entropy of the distribution over the words that fit, in nats
     * @param unknown the words of the text that the tokenizer does not know
     */
    public record Filled(String text, List<NextWord> fill, double entropy, List<String> unknown) {}

    /**
     * The continuations of a text.
     *
     * @param text the text that was read
     * @param continuations as many as requested
     * @param seconds the time for all texts that were continued together
     */
    public record Continued(String text, List<Generated> continuations, double seconds) {}

    /**
     * The likeliest whole continuations.
     *
     * @param text the text that was read
     * @param beams the likeliest first
     */
    public record Wholes(String text, List<Beam> beams) {}

    /**
     * How well a text was predicted.
     *
     * @param text the text that was read
     * @param score of all of it and of each token
     */
    public record Scored(String text, @JsonUnwrapped Score score) {}

    private final PrintWriter out;
    private final Tokenizer tokenizer;
    private final boolean json;

    public PredictPrinter(PrintWriter out, Tokenizer tokenizer, boolean json) {
        this.out = out;
        this.tokenizer = tokenizer;
        this.json = json;
    }

    /** Prints a text above its results, if there are several. */
    public void heading(String text) {
        if (!json) {
            out.println(Terminal.faint(Visible.text(text)));
        }
    }

    /** Prints the likeliest next words of a text. */
    public void next(String text, NextWords words) {
        if (json) {
            print(new Next(text, words.likeliest(), words.entropy(), words.unknown()));
        } else {
            table(out, tokenizer, words.likeliest());
        }
    }

    /** Prints the likeliest next words of a text by a part of the model, and beside them what they are by the whole. */
    public void next(String text, ModelPart part, PartWords words) {
        if (json) {
            NextWords whole = words.whole();
            OfWhole beside = new OfWhole(whole.likeliest(), whole.entropy());
            print(new OfPart(text, part, words.likeliest(), words.entropy(), beside, whole.unknown()));
            return;
        }
        TerminalTable table = new TerminalTable("  ", "<", "<", "<", "<");
        for (PartWords.Word word : words.likeliest()) {
            table.row(
                    Terminal.bold(tokenizer.vocabulary().shown(word.id())),
                    "%.4f".formatted(word.probability()),
                    Terminal.faint("whole %.4f".formatted(word.whole())),
                    Terminal.blue(Terminal.bar(word.probability(), BAR).stripTrailing()));
        }
        table.print(out);
        String whole = words.whole().likeliest().stream()
                .limit(3)
                .map(word -> "%s %.4f".formatted(tokenizer.vocabulary().shown(word.id()), word.probability()))
                .collect(Collectors.joining("   "));
        out.println(Terminal.faint("  the whole model: " + whole));
        out.flush();
    }

    /** Prints what of the model predicts. */
    public void part(ModelPart part) {
        if (!json) {
            out.println(PartPrinter.sentence(part));
        }
    }

    /** Prints the likeliest words for the gap of a text. */
    public void filled(String text, NextWords words) {
        if (json) {
            print(new Filled(text, words.likeliest(), words.entropy(), words.unknown()));
        } else {
            table(out, tokenizer, words.likeliest());
        }
    }

    /** Prints a table of words, probabilities, their logarithms and bars. */
    public static void table(PrintWriter out, Tokenizer tokenizer, List<NextWord> words) {
        TerminalTable table = new TerminalTable("  ", "<", "<", "<", "<");
        for (NextWord word : words) {
            table.row(
                    Terminal.bold(tokenizer.vocabulary().shown(word.id())),
                    "%.4f".formatted(word.probability()),
                    Terminal.faint("ln p %7.3f".formatted(rounded(word.logProbability()))),
                    Terminal.blue(Terminal.bar(word.probability(), BAR).stripTrailing()));
        }
        table.print(out);
        out.flush();
    }

    /** Prints the continuations of one text. */
    public void continuations(String text, List<Generated> continuations, double seconds) {
        if (json) {
            print(new Continued(text, continuations, seconds));
        } else {
            continuations.forEach(
                    each -> out.println(Terminal.faint(Visible.lines(text)) + Visible.lines(each.text())));
            out.flush();
        }
    }

    /** Prints the likeliest whole continuations of one text. */
    public void beams(String text, List<Beam> beams) {
        if (json) {
            print(new Wholes(text, beams));
            return;
        }
        for (Beam beam : beams) {
            String figure = "ln p %8.3f  ".formatted(rounded(beam.logProbability()));
            out.println(Terminal.blue(figure) + Terminal.faint(Visible.lines(text)) + Visible.lines(beam.text()));
        }
        out.flush();
    }

    /** Prints how well the model predicted each token of a text. */
    public void score(String text, Score score) {
        if (json) {
            print(new Scored(text, score));
            return;
        }
        out.println("  " + coloured(text, score));
        TerminalTable table = new TerminalTable("  ", "<", "<", ">", "<");
        for (ScoredToken token : score.tokens()) {
            String shown = Terminal.bold(token.span()
                    .asWritten(text, token.token(), tokenizer.vocabulary().shown(token.id())));
            Double log = token.logProbability();
            Double bits = token.surprise();
            if (log == null || bits == null) {
                table.row(shown, Terminal.faint("no token before it"));
            } else {
                table.row(
                        shown,
                        "%.4f".formatted(Math.exp(log)),
                        "%6.2f bits".formatted(bits + 0.0),
                        Terminal.blue(Terminal.bar(bits / 20, BAR).stripTrailing()));
            }
        }
        table.print(out);
        if (score.counted() > 0) {
            out.printf(
                    Locale.ROOT,
                    "  %s, ln p %.3f, %.2f bits per token, perplexity %.4g%n",
                    Plural.of(score.counted(), "token"),
                    rounded(score.logProbability()),
                    -score.logProbability() / Math.log(2) / score.counted(),
                    score.perplexity());
        }
        out.flush();
    }

    /** The text itself, each token in the colour of its surprise. */
    private static String coloured(String text, Score score) {
        StringBuilder line = new StringBuilder();
        int end = 0;
        for (ScoredToken token : score.tokens()) {
            int start = Math.max(end, token.span().start()); // tokens that share a character all have its place
            line.append(Visible.lines(text.substring(end, start)));
            end = Math.max(start, token.span().end());
            String word = Visible.lines(text.substring(start, end));
            Double bits = token.surprise();
            line.append(bits == null ? word : Terminal.colour(SURPRISE[(int) Math.min(5, bits / 2)], word));
        }
        return line.append(Visible.lines(text.substring(end))).toString();
    }

    /** A number of three places that is never minus zero. */
    private static double rounded(double value) {
        return Math.abs(value) < 0.0005 ? 0 : value;
    }

    private void print(Record result) {
        out.println(Json.line(result));
        out.flush();
    }
}
