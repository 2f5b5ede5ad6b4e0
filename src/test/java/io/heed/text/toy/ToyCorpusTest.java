package io.heed.text.toy;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.text.toy.ToySentence.Dependency;
import io.heed.text.toy.ToySentence.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The promises of the toy corpus, checked on its plain words by the test's own rules. */
class ToyCorpusTest {

    /** Where each animal rests, from data/README.md. */
    private static final Map<String, String> PLACES = Map.of(
            "cat", "mat", "dog", "rug", "bird", "branch", "horse", "straw", "frog", "leaf", "duck", "pond", "fox",
            "hill", "goat", "rock", "cow", "grass", "pig", "mud");

    private static final Set<String> CALLED_SHE = Set.of("miya", "kiki", "dora", "ruby", "bella");
    private static final Set<String> CALLED_HE = Set.of("rex", "bruno", "fred", "gus", "otto");

    private static final ToyCorpus CORPUS = new ToyCorpus(ToyCorpus.SEED);
    private static final List<ToySentence> TRAINING = CORPUS.training(ToyCorpus.SENTENCES);
    private static final List<ToySentence> HELD_OUT = CORPUS.heldOut(ToyCorpus.SENTENCES / 10);

    /** A sentence of the kind "the cat , which …  , sat on the mat ." taken apart. */
    private record Resting(String subject, List<String> clause, String verb) {

        /** The number of the clause's parts, which are joined by "and". */
        int parts() {
            return 1 + (int) clause.stream().filter("and"::equals).count();
        }

        List<String> animals() {
            return clause.stream()
                    .map(ToyCorpusTest::singular)
                    .filter(PLACES::containsKey)
                    .toList();
        }

        /** The combination that is in training or held out, never both. */
        String combination() {
            return subject + " " + animals().get(0) + " " + verb;
        }
    }

    private static List<Resting> withClause(List<ToySentence> sentences) {
        List<Resting> found = new ArrayList<>();
        for (ToySentence sentence : sentences) {
            List<String> words = sentence.words();
            int which = words.indexOf("which");
            if (which >= 0) {
                int end = which + words.subList(which, words.size()).indexOf(",");
                String verb = words.get(words.size() - 5); // verb on the place .
                found.add(new Resting(singular(words.get(which - 2)), words.subList(which + 1, end), verb));
            }
        }
        return found;
    }

    private static String singular(String word) {
        return word.equals("foxes") ? "fox" : word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
    }

    private static boolean plural(String animal) {
        return !PLACES.containsKey(animal);
    }

    @Nested
    class TheFilesThatShip {

        @Test
        void have_the_training_sentences_of_the_grammar() throws IOException {
            assertThat(Files.readAllLines(Path.of("data/toy.txt")))
                    .containsExactlyElementsOf(
                            TRAINING.stream().map(ToySentence::text).toList());
        }

        @Test
        void have_the_held_out_sentences_of_the_grammar() throws IOException {
            assertThat(Files.readAllLines(Path.of("data/toy-held-out.txt")))
                    .containsExactlyElementsOf(
                            HELD_OUT.stream().map(ToySentence::text).toList());
        }
    }

    @Nested
    class WhatIsHeldOut {

        @Test
        void combinations_of_subject_other_animal_and_verb_never_occur_in_training() {
            Set<String> learnt = combinations(TRAINING);
            Set<String> kept = combinations(HELD_OUT);
            assertThat(kept).isNotEmpty().doesNotContainAnyElementsOf(learnt);
            assertThat(learnt.size() + kept.size()).isLessThanOrEqualTo(10 * 9 * 4); // subjects, others, verbs
        }

        /** Of clauses short enough for training, so that what keeps them out is the combination. */
        private static Set<String> combinations(List<ToySentence> sentences) {
            Set<String> combinations = new TreeSet<>();
            withClause(sentences).stream()
                    .filter(resting ->
                            resting.parts() <= 2 && !resting.animals().isEmpty())
                    .forEach(resting -> combinations.add(resting.combination()));
            return combinations;
        }

        @Test
        void clauses_of_three_parts_never_occur_in_training() {
            assertThat(withClause(TRAINING)).isNotEmpty().allMatch(resting -> resting.parts() <= 2);
            assertThat(withClause(HELD_OUT)).anyMatch(resting -> resting.parts() == 3);
        }

        @Test
        void pairs_of_names_never_occur_in_training() {
            assertThat(meetings(HELD_OUT)).isNotEmpty().doesNotContainAnyElementsOf(meetings(TRAINING));
        }

        /** Who meets whom: "miya saw rex , but …". */
        private static Set<String> meetings(List<ToySentence> sentences) {
            Set<String> meetings = new TreeSet<>();
            for (ToySentence sentence : sentences) {
                if (sentence.words().contains("but")) {
                    meetings.add(
                            sentence.words().get(0) + " " + sentence.words().get(2));
                }
            }
            return meetings;
        }

        @Test
        void no_sentence_as_a_whole_is_in_both() {
            assertThat(HELD_OUT.stream().map(ToySentence::text))
                    .doesNotContainAnyElementsOf(
                            TRAINING.stream().map(ToySentence::text).toList());
        }

        @Test
        void every_animal_is_the_subject_of_some_held_out_sentence() {
            assertThat(withClause(HELD_OUT).stream().map(Resting::subject))
                    .containsAll(PLACES.keySet())
                    .containsAll(ToyCorpus.animals());
        }
    }

    @Nested
    class EachDependency {

        @ParameterizedTest
        @EnumSource
        void occurs_and_points_backwards(Kind kind) {
            for (Found found : all(kind)) {
                assertThat(found.at.source()).as(found.toString()).isBetween(0, found.at.word() - 1);
                if (found.at.distracted()) {
                    assertThat(found.at.distractor())
                            .as(found.toString())
                            .isBetween(found.at.source() + 1, found.at.word() - 1);
                }
            }
        }

        @Test
        void of_a_place_is_the_place_of_the_animal_at_its_source() {
            for (Found found : all(Kind.PLACE)) {
                assertThat(found.word()).as(found.toString()).isEqualTo(PLACES.get(singular(found.source())));
            }
        }

        @Test
        void of_a_place_is_distracted_by_an_animal_with_another_place() {
            assertThat(distracted(Kind.PLACE))
                    .allSatisfy(found -> assertThat(PLACES.get(singular(found.distractor())))
                            .isNotNull()
                            .isNotEqualTo(found.word()));
        }

        @Test
        void of_a_number_agrees_with_the_animal_at_its_source() {
            for (Found found : all(Kind.NUMBER)) {
                assertThat(found.word()).as(found.toString()).isEqualTo(plural(found.source()) ? "were" : "was");
                assertThat(PLACES).containsKey(singular(found.source()));
            }
        }

        @Test
        void of_a_number_is_distracted_by_an_animal_of_the_other_number() {
            assertThat(distracted(Kind.NUMBER)).allSatisfy(found -> {
                assertThat(PLACES).containsKey(singular(found.distractor()));
                assertThat(plural(found.distractor())).isNotEqualTo(plural(found.source()));
            });
        }

        @Test
        void of_a_pronoun_is_that_of_the_name() {
            for (Found found : all(Kind.PRONOUN)) {
                Set<String> names = found.word().equals("she") ? CALLED_SHE : CALLED_HE;
                assertThat(names).as(found.toString()).contains(found.source());
            }
        }

        @Test
        void of_a_second_mention_is_the_same_name_as_the_first() {
            for (Found found : all(Kind.COPY)) {
                assertThat(found.word()).as(found.toString()).isEqualTo(found.source());
            }
            assertThat(distracted(Kind.COPY))
                    .allSatisfy(found -> assertThat(found.distractor()).isNotEqualTo(found.word()));
        }

        private record Found(ToySentence sentence, Dependency at) {
            String word() {
                return sentence.words().get(at.word());
            }

            String source() {
                return sentence.words().get(at.source());
            }

            String distractor() {
                return sentence.words().get(at.distractor());
            }
        }

        private static List<Found> all(Kind kind) {
            List<Found> all = new ArrayList<>();
            for (List<ToySentence> sentences : List.of(TRAINING, HELD_OUT)) {
                for (ToySentence sentence : sentences) {
                    sentence.dependencies().stream()
                            .filter(dependency -> dependency.kind() == kind)
                            .forEach(dependency -> all.add(new Found(sentence, dependency)));
                }
            }
            assertThat(all).isNotEmpty();
            return all;
        }

        private static List<Found> distracted(Kind kind) {
            List<Found> distracted =
                    all(kind).stream().filter(found -> found.at.distracted()).toList();
            assertThat(distracted).isNotEmpty();
            return distracted;
        }
    }

    @Test
    void another_seed_gives_other_sentences() {
        assertThat(new ToyCorpus(2).training(50)).isNotEqualTo(new ToyCorpus(1).training(50));
    }

    @Test
    void fewer_sentences_are_the_first_of_more() {
        assertThat(CORPUS.training(50)).isEqualTo(TRAINING.subList(0, 50));
    }
}
