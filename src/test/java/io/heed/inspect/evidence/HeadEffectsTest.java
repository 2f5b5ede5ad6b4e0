package io.heed.inspect.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.model.Head;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What heads are said to do at every position holds in whole passes without them, in models of several shapes. */
@ParameterizedClass
@ValueSource(strings = {"words", "modern", "parallel"})
class HeadEffectsTest {

    private static final String TEXT = "the dog , which saw a bird , sat";

    @Parameter
    private String shape;

    private LanguageModel model = TinyModels.words();
    private Encoded encoded = model.encode(TEXT);
    private Recording recording = Recording.of(model, TEXT, encoded);

    @BeforeEach
    void open() {
        model.close();
        model = switch (shape) {
            case "modern" -> TinyModels.modern();
            case "parallel" -> TinyModels.parallel();
            default -> TinyModels.words();
        };
        encoded = model.encode(TEXT);
        recording = Recording.of(model, TEXT, encoded);
    }

    @AfterEach
    void close() {
        model.close();
    }

    /** The logits of every position in a pass that computes everything, with heads' outputs times zero, (T,V). */
    private float[][] without(int layer, int head) {
        return without(Set.of(new Head(layer, head)));
    }

    private float[][] without(Set<Head> heads) {
        try (NDManager reading = model.newReading()) {
            Trace trace = new Trace(Set.of(), (place, value) -> {
                for (Head head : heads) {
                    if (head.layer() == place.layer() && place.step() == Step.HEAD_OUTPUT) {
                        NDArray output = value.get(new NDIndex(":,{}", head.head())); // (1,T,D)
                        value.set(new NDIndex(":,{}", head.head()), output.mul(reading.create(0f)));
                    }
                }
                return value;
            });
            NDArray logits = model.read(reading, encoded.ids(), trace); // (1,T,V)
            float[][] rows = new float[encoded.length()][];
            for (int position = 0; position < rows.length; position++) {
                rows[position] = logits.get(new NDIndex("0,{}", position)).toFloatArray();
            }
            return rows;
        }
    }

    private static int largest(float[] logits) {
        int largest = 0;
        for (int id = 0; id < logits.length; id++) {
            largest = logits[id] > logits[largest] ? id : largest;
        }
        return largest;
    }

    private static double probability(float[] logits, int id) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.exp(logits[id]) / sum;
    }

    private Guess guess(float[] logits) {
        int id = largest(logits);
        return new Guess(
                model.tokenizer().vocabulary().token(id),
                model.tokenizer().vocabulary().shown(id),
                probability(logits, id));
    }

    private static void assertSame(Guess guess, Guess expected) {
        assertThat(guess.token()).isEqualTo(expected.token());
        assertThat(guess.shown()).isEqualTo(expected.shown());
        assertThat(guess.probability()).isEqualTo(expected.probability(), within(1e-5));
    }

    @Test
    void are_those_of_whole_passes_at_every_position() {
        List<HeadEffects> all = HeadEffects.of(model, recording);
        assertThat(all).extracting(HeadEffects::position).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        for (int layer = 0; layer < 2; layer++) {
            for (int head = 0; head < 4; head++) {
                float[][] without = without(layer, head);
                for (HeadEffects effects : all) {
                    float[] whole = recording.logits(effects.position());
                    HeadEffect effect = effects.heads().get(4 * layer + head);
                    assertThat(effect.layer()).isEqualTo(layer);
                    assertThat(effect.head()).isEqualTo(head);
                    double expected = probability(without[effects.position()], largest(whole));
                    assertThat(effect.probability()).isEqualTo(expected, within(1e-5));
                    assertThat(effect.logProbability()).isEqualTo(Math.log(expected), within(1e-4));
                    assertSame(effect.instead(), guess(without[effects.position()]));
                    assertSame(effects.next().get(0), guess(whole));
                }
            }
        }
        assertThat(all.stream().mapToDouble(HeadEffectsTest::most).max().orElseThrow())
                .as("far above what is allowed to differ")
                .isGreaterThan(1e-3);
        assertThat(all.get(9).next())
                .hasSize(5)
                .isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
    }

    private static double most(HeadEffects effects) {
        double whole = effects.next().get(0).probability();
        return effects.heads().stream()
                .mapToDouble(effect -> Math.abs(effect.probability() - whole))
                .max()
                .orElseThrow();
    }

    @Test
    void at_one_position_are_the_same_as_among_all() {
        List<HeadEffects> all = HeadEffects.of(model, recording);
        for (int position : new int[] {0, 4, 9}) {
            HeadEffects one = HeadEffects.at(model, recording, position);
            for (int i = 0; i < 8; i++) {
                HeadEffect among = all.get(position).heads().get(i);
                assertThat(one.heads().get(i).probability()).isEqualTo(among.probability(), within(1e-6));
                assertSame(one.heads().get(i).instead(), among.instead());
            }
        }
    }

    @Test
    void at_the_last_position_are_the_ablations() {
        int answer = largest(recording.logits(9));
        double whole = Math.log(probability(recording.logits(9), answer));
        List<HeadEffect> heads = HeadEffects.of(model, recording).get(9).heads();
        for (HeadAblation ablation : new Ablation(model, recording, 9, answer).ofEachHead()) {
            HeadEffect effect = heads.get(4 * ablation.layer() + ablation.head());
            assertThat(effect.logProbability() - whole).isEqualTo(ablation.zero(), within(1e-5));
        }
    }

    @Test
    void come_with_what_each_head_contributes_itself() {
        for (int position : new int[] {2, 9}) {
            int answer = largest(recording.logits(position));
            List<Double> parts = LogitAttribution.of(model, recording, position, answer).parts().stream()
                    .filter(part -> part.name().equals("head"))
                    .map(LogitAttribution.Part::logit)
                    .toList();
            assertThat(HeadEffects.of(model, recording).get(position).heads())
                    .extracting(HeadEffect::logit)
                    .isEqualTo(parts);
        }
    }

    @Test
    void are_those_of_the_last_position_alone_where_all_would_be_too_many() {
        assertThat(HeadEffects.of(model, recording, 80)).hasSize(10);
        List<HeadEffects> last = HeadEffects.of(model, recording, 79);
        assertThat(last).extracting(HeadEffects::position).containsExactly(9);
        assertThat(last.get(0).heads()).hasSize(8);
    }

    /** Those without which the answer is least likely, of all pairs of heads that both leave it as it is. */
    private List<Set<Head>> pairs(int position) {
        int answer = largest(recording.logits(position));
        List<Head> idle = IntStream.range(0, 8)
                .mapToObj(i -> new Head(i / 4, i % 4))
                .filter(head -> largest(without(Set.of(head))[position]) == answer)
                .toList();
        Map<Set<Head>, Double> found = new HashMap<>();
        for (Head one : idle) {
            for (Head other : idle) {
                float[] logits = without(Set.of(one, other.equals(one) ? new Head(9, 9) : other))[position];
                if (largest(logits) != answer) {
                    found.put(Set.of(one, other), probability(logits, answer));
                }
            }
        }
        return found.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .limit(3)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Test
    void name_pairs_of_heads_that_change_the_answer_together_alone() {
        int all = 0;
        for (int position = 0; position < 10; position++) {
            List<JointEffect> together =
                    HeadEffects.at(model, recording, position).together();
            assertThat(together.stream().map(each -> Set.copyOf(each.heads())).toList())
                    .isEqualTo(pairs(position));
            for (JointEffect effect : together) {
                float[] logits = without(Set.copyOf(effect.heads()))[position];
                double expected = probability(logits, largest(recording.logits(position)));
                assertThat(effect.probability()).isEqualTo(expected, within(1e-5));
                assertThat(effect.logProbability()).isEqualTo(Math.log(expected), within(1e-4));
                assertSame(effect.instead(), guess(logits));
                all++;
            }
        }
        assertThat(all).as("there are some").isPositive();
        List<HeadEffects> everywhere = HeadEffects.of(model, recording);
        assertThat(everywhere.get(8).together()).isNull();
        assertThat(everywhere.get(9).together()).isNotNull();
    }

    @Test
    void of_a_head_show_what_it_computes() {
        HeadComputation head = HeadComputation.of(model, recording, 6, 1, 2);
        int size = recording.get(1, Step.QUERY).at(2, 6).values().length;
        double sum = 0;
        for (int key = 0; key <= 6; key++) {
            if (Float.isFinite(head.scores()[key])) {
                double product = 0;
                for (int d = 0; d < size; d++) {
                    product += (double) head.query()[d] * head.keys()[key][d];
                }
                assertThat(head.scores()[key]).isEqualTo((float) (product / Math.sqrt(size)), within(1e-5f));
                sum += Math.exp(head.scores()[key]);
            }
        }
        double[] blend = new double[size];
        for (int key = 0; key <= 6; key++) {
            assertThat(head.weights()[key]).isEqualTo((float) (Math.exp(head.scores()[key]) / sum), within(1e-5f));
            for (int d = 0; d < size; d++) {
                blend[d] += (double) head.weights()[key] * head.values()[key][d];
            }
        }
        for (int d = 0; d < size; d++) {
            assertThat(head.blend()[d]).isEqualTo((float) blend[d], within(1e-5f));
        }
        double written = Math.sqrt(IntStream.range(0, head.written().length)
                .mapToDouble(c -> (double) head.written()[c] * head.written()[c])
                .sum());
        assertThat(head.others()).hasSize(4);
        assertThat(head.others()[2]).isEqualTo(written, within(1e-6));
        assertThat(head.keyHead()).isEqualTo(shape.equals("modern") ? (Integer) 1 : null);
    }

    /** The layer's input is the token and, where positions are added to it, its position; the last guess is the model's. */
    @Test
    void of_a_head_show_where_it_begins_and_ends() {
        HeadComputation first = HeadComputation.of(model, recording, 6, 0, 1);
        float[] sum = first.embedding().clone();
        float[] place = first.positionVector();
        assertThat(place != null).isEqualTo(shape.equals("words"));
        for (int c = 0; c < sum.length; c++) {
            sum[c] += place == null ? 0 : place[c];
        }
        assertThat(first.residual()).containsExactly(sum, within(1e-6f));
        float[] network = recording.get(0, Step.FEED_FORWARD_OUTPUT).at(6).values();
        double squares = 0;
        for (float number : network) {
            squares += (double) number * number;
        }
        assertThat(first.feedForward()).isEqualTo(Math.sqrt(squares), within(1e-6));
        assertThat(first.after()).hasSize(3);
        assertSame(first.after().get(2), guess(recording.logits(6)));
        LensLayer.Guess embeddings =
                LogitLens.of(model, recording, 1).get(0).positions().get(6).get(0);
        assertSame(first.after().get(0), embeddings);
    }

    private static HeadEffect effect(int head, double probability, String instead, double logit) {
        return new HeadEffect(0, head, probability, Math.log(probability), new Guess(instead, instead, .9), logit);
    }

    private static int strongest(HeadEffect... heads) {
        List<Guess> next = List.of(new Guess("mat", "mat", .85));
        return new HeadEffects(0, next, List.of(heads), null).strongest().head();
    }

    @Test
    void that_change_the_probability_most_are_the_strongest_where_none_changes_the_answer() {
        HeadEffect little = effect(0, .8, "mat", 9);
        HeadEffect more = effect(1, .95, "mat", 1); // in the other direction
        assertThat(strongest(little, more)).isEqualTo(1);
        assertThat(strongest(more, effect(2, .95, "mat", 2))).isEqualTo(1); // the first among equals
        Guess mat = new Guess("mat", "mat", .85);
        HeadEffect sooner = new HeadEffect(0, 3, .95, Math.log(.95) + .001, mat, 0); // rounded alike, but further away
        assertThat(strongest(more, sooner)).isEqualTo(3);
    }

    @Test
    void that_write_the_answer_are_the_strongest_of_those_that_change_it() {
        HeadEffect everything = effect(0, .00001, "chair", 1.12); // what all others rest on
        HeadEffect writes = effect(1, .13, "rug", 3.49);
        HeadEffect changesNothing = effect(2, .8, "mat", 5);
        assertThat(strongest(everything, writes, changesNothing)).isEqualTo(1);
        assertThat(strongest(everything, changesNothing)).isEqualTo(0);
    }
}
