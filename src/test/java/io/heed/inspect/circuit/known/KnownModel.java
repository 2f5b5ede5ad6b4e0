package io.heed.inspect.circuit.known;

import ai.djl.Device;
import io.heed.Seeds;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.inspect.circuit.graph.Circuit;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.pairs.PairSplit;
import io.heed.model.Weight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A model whose circuit is known, since it has no other.
 *
 * @param name its name
 * @param task what it answers
 * @param wiring what reads what in it
 * @param wires the same in words
 * @param seed of its weights and of what it is trained on
 */
public record KnownModel(String name, KnownTask task, Wiring wiring, String wires, long seed) {

    /** Where they are. */
    public static final Path FOLDER = Path.of("src/test/resources/fixtures/circuits");

    /** The share of texts that it has to answer. */
    public static final double SOLVED = 0.95;

    private static final String PAIRS = "pairs.tsv";
    private static final String TRUTH = "truth.json";
    private static final int CONTRASTS = 32;
    private static final int TEXTS = 1000;

    private Path folder() {
        return FOLDER.resolve(name);
    }

    /** Reads the model; the caller closes it. */
    public LanguageModel model() {
        return ModelFolder.read(folder(), Device.cpu());
    }

    /** Reads its pairs. */
    public PairSplit pairs(LanguageModel model) {
        return PairSplit.read(model, folder().resolve(PAIRS));
    }

    /** Reads its circuit. */
    public Circuit truth() {
        return Circuit.read(folder().resolve(TRUTH));
    }

    /** The edges that are true by the wiring. */
    public List<String> wired(LanguageModel model) {
        return wiring.truth(new Graph(model.transformer().config()));
    }

    /** The share of newly drawn texts that it answers. */
    public double accuracy(LanguageModel model) {
        return MaskedTraining.accuracy(model, task, Seeds.random(seed, "held out", 0), TEXTS);
    }

    /** By how much any weight differs from what fits the wiring. */
    public double excess(LanguageModel model) {
        double most = 0;
        for (Weight weight : model.transformer().plan().weights()) {
            float[] numbers = model.numbers().of(weight);
            float[] fitting = numbers.clone();
            wiring.fit(weight, fitting);
            for (int i = 0; i < numbers.length; i++) {
                most = Math.max(most, Math.abs(numbers[i] - fitting[i]));
            }
        }
        return most;
    }

    /** Writes the model, its pairs and its circuit. */
    void write(LanguageModel model) throws IOException {
        Circuit truth = new Circuit(wired(model));
        ModelFolder.write(folder(), model, """
                # %s

                A GPT-2 of %s whose circuit is known: it is wired as `%s`, and `truth.json` has the edges
                that a difference between the texts of `pairs.tsv` takes. `bench/circuits make %s` makes it.
                """.formatted(
                        name, model.transformer().config().inWords(), wires, name));
        writePairs();
        truth.write(folder().resolve(TRUTH));
    }

    void writePairs() throws IOException {
        Files.writeString(
                folder().resolve(PAIRS),
                task.contrasts(seed, CONTRASTS).stream()
                        .map(contrast -> contrast.line() + "\n")
                        .collect(Collectors.joining()));
    }

    @Override
    public String toString() {
        return name;
    }

    private static KnownModel of(String name, int layers, int heads, long seed, KnownTask task, String wires) {
        return new KnownModel(name, task, new Wiring(layers, heads, wires), wires, seed);
    }

    /** All of them. */
    public static List<KnownModel> all() {
        return List.of(
                of("copy", 2, 2, 1, KnownTasks.copy(0), "0.1<words logits<0.1"),
                of("chain", 2, 2, 2, KnownTasks.next(0), "0.0<words ff0<0.0 1.1<ff0 logits<1.1"),
                of("relay", 3, 2, 3, KnownTasks.copy(1), "0.0<words 1.1<0.0 2.0<1.1 logits<2.0"),
                of("networks", 2, 2, 4, KnownTasks.nextToLast(), "ff0<words ff1<ff0 logits<ff1"),
                of("equal", 2, 2, 5, KnownTasks.equal(), "0.0<words 0.1<words ff0<0.0+0.1 logits<ff0"),
                of("before", 2, 2, 6, KnownTasks.before(), "0.1<words 1.0<words ff1<0.1+1.0 logits<ff1"),
                of("both", 2, 2, 7, KnownTasks.both(), "0.0<words 1.1<words logits<0.0+1.1"),
                of("most", 2, 3, 8, KnownTasks.most(), "0.2.v<words ff0<0.2 logits<ff0"),
                of("operator", 2, 2, 9, KnownTasks.operator(), "0.0<words ff1<0.0+words logits<ff1"),
                of(
                        "two-ways",
                        3,
                        2,
                        10,
                        KnownTasks.operator(),
                        "0.0<words ff0<0.0 1.1<ff0 ff1<words ff2<1.1+ff1 logits<ff2"),
                of("numbered", 2, 4, 11, KnownTasks.numbered(), "0.2.q<words 0.2.k<places 0.2.v<words logits<0.2"),
                of(
                        "numbered-first",
                        2,
                        4,
                        12,
                        KnownTasks.numberedFirst(),
                        "0.1<words ff0<0.1 1.3.q<ff0 1.3.k<places 1.3.v<words logits<1.3"),
                of("marked", 2, 2, 13, KnownTasks.marked(), "0.0<words 1.0.k<0.0 1.0.v<words logits<1.0"),
                of("recall", 2, 2, 14, KnownTasks.recall(0), "0.0<words 1.1.q<words 1.1.k<0.0 1.1.v<words logits<1.1"),
                of(
                        "recall-deep",
                        3,
                        2,
                        15,
                        KnownTasks.recall(0),
                        "0.1<words ff0<0.1 2.0.q<words 2.0.k<ff0 2.0.v<words logits<2.0"),
                of(
                        "recall-next",
                        2,
                        3,
                        16,
                        KnownTasks.recall(1),
                        "0.2<words ff0<words 1.1.q<ff0 1.1.k<0.2 1.1.v<words ff1<1.1 logits<ff1"));
    }
}
