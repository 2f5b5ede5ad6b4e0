package io.heed.cli.live;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.options.Prompts;
import io.heed.cli.print.AttentionPrinter;
import io.heed.cli.print.PredictPrinter;
import io.heed.cli.program.Failures;
import io.heed.cli.terminal.InputLines;
import io.heed.cli.terminal.Interruption;
import io.heed.cli.terminal.Terminal;
import io.heed.inspect.Recording;
import io.heed.predict.Conversation;
import io.heed.predict.Generation;
import io.heed.predict.GenerationSettings;
import io.heed.predict.NextWord;
import io.heed.predict.NextWords;
import io.heed.predict.Sampling;
import io.heed.predict.Scorer;
import io.heed.text.Plural;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Detokenizer;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code heed predict -i}: shows what comes next in a text, takes a word from the list, and repeats. */
public final class InteractiveSession {

    private static final String HELP = """
              TEXT             what comes next in TEXT
              + TEXT           the same with TEXT appended
              1, 2, 3 …        append that word of the list; an empty line
                               appends one as :set says
              :generate [N]    continue by up to N tokens; Ctrl-C stops
              :score           how likely each word so far is
              :attention L H   which words layer L, head H reads
              :top N           show N words
              :set NAME=VALUE  temperature, top-k, top-p, min-p, repetition-penalty,
                               seed or tokens; :set shows them
              :help, :quit""";

    private final LanguageModel model;
    private final PrintWriter out;
    private final PredictPrinter printer;
    private final Conversation conversation;
    private Sampling sampling;
    private int tokens;
    private int top;
    private long[] text = {};
    private String typed = "";
    private long[] prompt = {}; // the part of it that was read
    private List<NextWord> shown = List.of();

    /** Prepares a session with a model. */
    public InteractiveSession(LanguageModel model, GenerationSettings settings, int top, PrintWriter out) {
        this.model = model;
        this.top = top;
        this.out = out;
        sampling = settings.sampling();
        tokens = settings.tokens() == 0 ? 20 : settings.tokens();
        printer = new PredictPrinter(out, model.tokenizer(), false);
        conversation = new Conversation(model);
    }

    /** Answers lines until the end of the input or :quit. */
    public void run(String first) {
        out.println(Terminal.faint("type a text to see what comes next; :help lists more; :quit or Ctrl-D exits"));
        try (conversation;
                InputLines lines = InputLines.open("> ", Terminal.faint(":quit or Ctrl-D exits"), out)) {
            String line = first.isBlank() ? lines.next() : first;
            while (line != null && !line.strip().equals(":quit")) {
                try (Interruption interruption = new Interruption()) { // Ctrl-C ends the answer, not the session
                    answer(line.strip(), interruption);
                } catch (HeedException e) {
                    out.println("heed: " + Failures.sentence(e));
                }
                out.flush();
                line = lines.next();
            }
        }
    }

    private void answer(String line, Interruption interruption) {
        if (line.startsWith(":")) {
            command(line.substring(1).split("\\s+"), interruption);
        } else if (line.isEmpty()) {
            if (text.length > 0) {
                generate(1, interruption);
            }
        } else if (line.matches("[0-9]+") && !shown.isEmpty()) {
            take(line);
        } else if (line.startsWith("+")) {
            read((written() + " " + line.substring(1).strip()).strip());
        } else {
            read(line);
        }
    }

    /** The text as typed, which its tokens may spell differently, and its continuation. */
    private String written() {
        long[] added = Arrays.copyOfRange(text, prompt.length, text.length);
        return typed + Detokenizer.text(model.tokenizer(), prompt, added);
    }

    private void read(String whole) {
        prompt = Prompts.read(model, whole, out).ids();
        text = prompt;
        typed = whole;
        next();
    }

    private void take(String line) {
        int number = line.length() > 6 ? 0 : Integer.parseInt(line);
        if (number < 1 || number > shown.size()) {
            throw new HeedException(
                    "there is no word %s in the list, which has 1 to %d; :top N shows N".formatted(line, shown.size()));
        }
        int id = shown.get(number - 1).id();
        Tokenizer tokenizer = model.tokenizer();
        if (tokenizer.sentenceMarks().ends().contains(id)) {
            out.println("  that is the end of the text; type another");
            return;
        }
        if (tokenizer.vocabulary().marks().contains(id)
                || !tokenizer.vocabulary().hasToken(id)) {
            out.println("  that stands for no text; take another");
            return;
        }
        append(id);
        next();
    }

    private void append(int id) {
        text = Arrays.copyOf(text, text.length + 1);
        text[text.length - 1] = id;
    }

    private void next() {
        NextWords words = conversation.next(text, top);
        shown = words.likeliest();
        out.println(Visible.lines(written()));
        printer.next("", words);
    }

    private void generate(int count, Interruption interruption) {
        GenerationSettings settings = new GenerationSettings(count, sampling);
        out.print(Terminal.faint(Visible.lines(written())));
        out.flush();
        long[] before = text;
        Generation generation = conversation.generate(before, settings);
        while (!generation.isDone() && !interruption.requested()) {
            generation.step((row, piece, token) -> {
                out.print(Visible.lines(piece));
                out.flush();
                if (!model.tokenizer().sentenceMarks().ends().contains(token.id())) {
                    append(token.id());
                }
            });
        }
        out.println();
        if (text.length - before.length < count && !interruption.requested()) {
            out.println(Terminal.faint("  the text ends here"));
        }
        NextWords words = conversation.next(text, top);
        shown = words.likeliest();
        printer.next("", words);
    }

    private void command(String[] words, Interruption interruption) {
        switch (words[0]) {
            case "help" -> out.println(HELP);
            case "top" -> {
                top = words.length == 2 ? number(words[1], 1) : top;
                if (text.length > 0) {
                    next();
                }
            }
            case "generate" -> {
                needsText();
                generate(words.length > 1 ? number(words[1], 1) : tokens, interruption);
            }
            case "score" -> {
                needsText();
                printer.score(written(), new Scorer(model).score(model.encode(written())));
            }
            case "attention" -> attention(words);
            case "set" -> set(words);
            default -> throw new HeedException("there is no command :%s; :help lists them".formatted(words[0]));
        }
    }

    private void needsText() {
        if (text.length == 0) {
            throw new HeedException("type a text first");
        }
    }

    private void attention(String[] words) {
        needsText();
        Encoded encoded = model.encode(written()).last(model.context());
        Recording recording = Recording.of(model, written(), encoded);
        int layer = words.length > 1 ? number(words[1], 0) : recording.layers() - 1;
        int head = words.length > 2 ? number(words[2], 0) : 0;
        if (layer >= recording.layers() || head >= recording.heads()) {
            throw new HeedException("there is no layer %d, head %d; the model has %s of %s, from 0"
                    .formatted(
                            layer, head, Plural.of(recording.layers(), "layer"), Plural.of(recording.heads(), "head")));
        }
        new AttentionPrinter(out).map(recording.maps(), layer, head);
    }

    private static int number(String word, int least) {
        if (!word.matches("\\d{1,6}") || Integer.parseInt(word) < least) {
            throw new HeedException("\"%s\" is not a whole number of at least %d".formatted(word, least));
        }
        return Integer.parseInt(word);
    }

    private void set(String[] words) {
        for (int i = 1; i < words.length; i++) {
            String[] pair = words[i].split("=", 2);
            if (pair.length < 2) {
                throw new HeedException("\"%s\" is not NAME=VALUE, as in temperature=0.8".formatted(words[i]));
            }
            set(pair[0], pair[1]);
        }
        out.printf(
                Locale.ROOT,
                "  temperature=%s top-k=%d top-p=%s min-p=%s repetition-penalty=%s seed=%d tokens=%d%n",
                sampling.temperature(),
                sampling.topK(),
                sampling.topP(),
                sampling.minP(),
                sampling.repetitionPenalty(),
                sampling.seed(),
                tokens);
    }

    private void set(String name, String value) {
        Double number = decimal(value);
        if (number == null) {
            throw new HeedException("%s: \"%s\" is not a number".formatted(name, value));
        }
        double n = number;
        Sampling s = sampling;
        sampling = switch (name) {
            case "temperature" -> new Sampling(n, s.topK(), s.topP(), s.minP(), s.repetitionPenalty(), s.seed());
            case "top-k" ->
                new Sampling(s.temperature(), number(value, 0), s.topP(), s.minP(), s.repetitionPenalty(), s.seed());
            case "top-p" -> new Sampling(s.temperature(), s.topK(), n, s.minP(), s.repetitionPenalty(), s.seed());
            case "min-p" -> new Sampling(s.temperature(), s.topK(), s.topP(), n, s.repetitionPenalty(), s.seed());
            case "repetition-penalty" -> new Sampling(s.temperature(), s.topK(), s.topP(), s.minP(), n, s.seed());
            case "seed" ->
                new Sampling(s.temperature(), s.topK(), s.topP(), s.minP(), s.repetitionPenalty(), number(value, 0));
            case "tokens" -> {
                tokens = number(value, 1);
                yield s;
            }
            default -> throw new HeedException("there is no setting %s; :set shows them all".formatted(name));
        };
    }

    private static @Nullable Double decimal(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
