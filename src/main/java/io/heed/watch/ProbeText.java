package io.heed.watch;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.ShownToken;
import io.heed.text.corpus.Batch;
import io.heed.text.corpus.TrainingData;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToySentence;
import io.heed.text.toy.ToySentence.Dependency;
import io.heed.text.toy.ToySentence.Kind;
import io.heed.watch.RunEvent.Probe.Planted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The text that frames read.
 *
 * @param encoded its tokens, at most the model's context and {@link #LONGEST}
 * @param planted the links that the toy corpus has planted in it
 * @param cut the number of further tokens, which are not read
 */
record ProbeText(String text, Encoded encoded, List<Planted> planted, int cut) {

    /** The most tokens of a probe: maps of more are too small to see. */
    static final int LONGEST = 32;

    /** How many held-out and training sentences of the toy corpus are searched for one that begins as a text does. */
    private static final int SENTENCES = 2000;

    /** Reads a text with a model. */
    static ProbeText of(LanguageModel model, String text) {
        Encoded whole = model.encode(text);
        Encoded encoded = whole.first(Math.min(model.context(), LONGEST));
        return new ProbeText(text, encoded, planted(model, encoded), whole.length() - encoded.length());
    }

    /**
     * Chooses a text: the given one; of the toy corpus a held-out sentence up to the place, which is asked across a clause with another
     * animal; else the beginning of the validation part, up to its last word if it ends a sentence: what follows a full stop shows little.
     *
     * @param given empty to choose
     */
    static ProbeText choose(LanguageModel model, String given, TrainingData validation) {
        if (!given.isEmpty()) {
            return of(model, given);
        }
        List<ToySentence> sentences = new ToyCorpus(ToyCorpus.SEED).heldOut(SENTENCES);
        Optional<String> toy = sentences.stream()
                .flatMap(sentence -> place(sentence).stream()
                        .map(place -> String.join(" ", sentence.words().subList(0, place.word()))))
                .filter(text -> text.split(" ", -1).length < LONGEST / 2)
                .findFirst();
        boolean known = toy.isPresent() && model.encode(toy.get()).unknown().isEmpty();
        return of(model, known ? toy.get() : beginning(model, validation));
    }

    private static Optional<Dependency> place(ToySentence sentence) {
        return sentence.dependencies().stream()
                .filter(each -> each.kind() == Kind.PLACE && each.distracted())
                .findFirst();
    }

    /** The first text that is not blank, of those with which the rows of the validation part begin. */
    private static String beginning(LanguageModel model, TrainingData validation) {
        for (Batch row : validation.all(1)) {
            String text = beginning(model, row);
            if (!text.isEmpty()) {
                return text;
            }
        }
        throw new HeedException("frames show how the model reads the validation part, which is blank;"
                + " give a text with training.sample");
    }

    private static String beginning(LanguageModel model, Batch row) {
        int mark = model.tokenizer().sentenceMarks().start().isPresent() ? 1 : 0;
        int end = Math.min(row.columns(), Math.min(model.context(), LONGEST));
        long[] ids = new long[Math.max(1, end - mark)];
        System.arraycopy(row.inputs(), Math.min(mark, row.columns() - 1), ids, 0, ids.length);
        return beforeTheEnd(model, ids).strip();
    }

    /** The text of ids; of a sentence that ends, without its end and the token before, so that there is something to predict. */
    private static String beforeTheEnd(LanguageModel model, long[] ids) {
        int end = ids.length;
        while (end > 0 && !hasLetters(model, ids[end - 1])) {
            end--;
        }
        if (end > 1 && end < ids.length) {
            String text = model.tokenizer().decode(Arrays.copyOf(ids, end - 1));
            if (text.codePoints().anyMatch(Character::isLetterOrDigit)) {
                return text;
            }
        }
        return model.tokenizer().decode(ids);
    }

    private static boolean hasLetters(LanguageModel model, long id) {
        return model.tokenizer().decode(new long[] {id}).codePoints().anyMatch(Character::isLetterOrDigit);
    }

    /** The links of the sentence of the toy corpus that begins as a text does; none if there is none. */
    private static List<Planted> planted(LanguageModel model, Encoded encoded) {
        int marks = model.tokenizer().sentenceMarks().start().isPresent() ? 1 : 0;
        List<String> words = encoded.tokens().subList(Math.min(marks, encoded.length()), encoded.length());
        ToyCorpus corpus = new ToyCorpus(ToyCorpus.SEED);
        return Stream.of(corpus.heldOut(SENTENCES), corpus.training(SENTENCES))
                .flatMap(List::stream)
                .filter(sentence -> begins(sentence, words))
                .findFirst()
                .map(sentence -> planted(sentence, words.size(), marks))
                .orElse(List.of());
    }

    private static boolean begins(ToySentence sentence, List<String> words) {
        return words.size() > 2
                && sentence.words().size() >= words.size()
                && sentence.words().subList(0, words.size()).equals(words);
    }

    private static List<Planted> planted(ToySentence sentence, int words, int marks) {
        List<Planted> links = new ArrayList<>();
        for (Dependency each : sentence.dependencies()) {
            if (each.word() <= words) { // the token before the word predicts it
                String what = each.kind().name().toLowerCase(Locale.ROOT);
                links.add(new Planted(marks + each.word() - 1, marks + each.source(), what));
            }
        }
        return links;
    }

    /** The event that says what frames read. */
    RunEvent.Probe event(int step) {
        return new RunEvent.Probe(step, text, ShownToken.of(encoded), planted, cut);
    }
}
