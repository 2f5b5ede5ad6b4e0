package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.predict.BeamSearch.Beam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Beam search, against all continuations of a model with few words. */
class BeamSearchTest {

    private static final int MORE_THAN_THERE_ARE = Integer.MAX_VALUE;

    /** Every continuation up to some number of tokens, likeliest first. */
    private static List<Beam> all(LanguageModel model, long[] prompt, int tokens) {
        List<Beam> found = new ArrayList<>();
        extend(model, prompt, List.of(), 0, tokens, found);
        found.sort(Comparator.comparingDouble(Beam::logProbability).reversed());
        return found;
    }

    private static void extend(
            LanguageModel model, long[] prompt, List<Long> added, double score, int left, List<Beam> found) {
        long[] ids = LongStream.concat(Arrays.stream(prompt), added.stream().mapToLong(id -> id))
                .toArray();
        if (left == 0) {
            found.add(new Beam("", added, score, false));
            return;
        }
        double[] next = Whole.logProbabilities(model, ids);
        int end = model.tokenizer().sentenceMarks().end().orElse(-1);
        for (int id = 0; id < next.length; id++) {
            if (id == end) {
                found.add(new Beam("", added, score + next[id], true));
            } else if (!model.tokenizer().vocabulary().marks().contains(id)) {
                List<Long> longer = new ArrayList<>(added);
                longer.add((long) id);
                extend(model, prompt, longer, score + next[id], left - 1, found);
            }
        }
    }

    private static void assertSame(List<Beam> found, List<Beam> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).ids()).isEqualTo(expected.get(i).ids());
            assertThat(found.get(i).ended()).isEqualTo(expected.get(i).ended());
            assertThat(found.get(i).logProbability()).isEqualTo(expected.get(i).logProbability(), within(1e-4));
        }
    }

    @Test
    void as_many_beams_as_prefixes_find_what_exhaustive_search_finds() {
        try (LanguageModel model = TinyModels.words("a cat sat down")) {
            long[] prompt = model.encode("a cat").ids();
            for (int tokens = 1; tokens <= 4; tokens++) {
                List<Beam> all = all(model, prompt, tokens);
                assertThat(all.stream().filter(Beam::ended)).isNotEmpty();
                assertThat(all.stream().mapToDouble(beam -> Math.exp(beam.logProbability())))
                        .hasSizeGreaterThan(tokens * 4);
                assertSame(new BeamSearch(model).search(model.encoded(prompt), MORE_THAN_THERE_ARE, tokens), all);
            }
        }
    }

    @Test
    void finds_the_same_if_a_model_has_no_end_of_text() {
        try (LanguageModel model = TinyModels.characters("abc")) {
            long[] prompt = model.encode("ab").ids();
            assertSame(
                    new BeamSearch(model).search(model.encoded(prompt), MORE_THAN_THERE_ARE, 4), all(model, prompt, 4));
        }
    }

    @Test
    void the_beams_returned_are_the_likeliest_of_those_kept() {
        try (LanguageModel model = TinyModels.words("a cat sat down")) {
            long[] prompt = model.encode("a cat").ids();
            List<Beam> all = all(model, prompt, 4);
            for (int beams : new int[] {1, 2, 3, 8}) {
                List<Beam> found = new BeamSearch(model).search(model.encoded(prompt), beams, 4);
                assertThat(found).hasSize(beams);
                for (Beam beam : found) { // every beam is a continuation with its own probability
                    Beam same = all.stream()
                            .filter(other -> other.ids().equals(beam.ids()) && other.ended() == beam.ended())
                            .findFirst()
                            .orElseThrow();
                    assertThat(beam.logProbability()).isEqualTo(same.logProbability(), within(1e-4));
                }
                assertThat(found)
                        .isSortedAccordingTo(
                                Comparator.comparingDouble(Beam::logProbability).reversed());
            }
        }
    }

    @Test
    void one_beam_takes_the_likeliest_token_each_time_if_nothing_ends_the_text() {
        try (LanguageModel model = TinyModels.characters("abcdefgh")) {
            long[] prompt = model.encode("abc").ids();
            List<Long> greedy = new ArrayList<>();
            long[] ids = prompt;
            for (int i = 0; i < 20; i++) { // past the context as well
                NextWord best = new NextWordPredictor(model)
                        .next(ids, model.tokenizer().size()).likeliest().stream()
                                .filter(word ->
                                        !model.tokenizer().vocabulary().marks().contains(word.id()))
                                .findFirst()
                                .orElseThrow();
                greedy.add((long) best.id());
                ids = LongStream.concat(Arrays.stream(ids), LongStream.of(best.id()))
                        .toArray();
                if (ids.length == TinyModels.CONTEXT) {
                    break; // from here on the window moves by more than one token at a time
                }
            }
            Beam beam = new BeamSearch(model)
                    .search(model.encoded(prompt), 1, greedy.size())
                    .get(0);
            assertThat(beam.ids()).isEqualTo(greedy);
            assertThat(beam.ended()).isFalse();
            assertThat("abc" + beam.text()).isEqualTo(model.tokenizer().decode(ids));
        }
    }

    @Test
    void more_beams_never_find_worse() {
        try (LanguageModel model = TinyModels.words()) {
            long[] prompt = model.encode("the cat").ids();
            double few = new BeamSearch(model)
                    .search(model.encoded(prompt), 1, 5)
                    .get(0)
                    .logProbability();
            double many = new BeamSearch(model)
                    .search(model.encoded(prompt), 400, 5)
                    .get(0)
                    .logProbability();
            assertThat(many).isGreaterThanOrEqualTo(few - 1e-4); // except for rounding
        }
    }
}
