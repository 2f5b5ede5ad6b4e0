package io.heed.text.toy;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.text.corpus.Alignment;
import io.heed.text.corpus.SentencePair;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The grammar of French and English, against what a speaker of both would say. */
class PairCorpusTest {

    private static final List<String> NOUNS = List.of(
            "cat",
            "dog",
            "mouse",
            "girl",
            "boy",
            "neighbour",
            "child",
            "bird",
            "horse",
            "woman",
            "table",
            "book",
            "letter",
            "picture",
            "page",
            "car",
            "potato",
            "cake");
    private static final Map<String, String> IRREGULAR =
            Map.of("mice", "mouse", "children", "child", "women", "woman", "potatoes", "potato");
    private static final List<String> ADJECTIVES = List.of("black", "green", "white", "red", "lost", "french");

    private final PairCorpus corpus = new PairCorpus(PairCorpus.SEED);
    private final List<SentencePair> training = corpus.training(3000);

    @Test
    void words_align_as_in_a_dictionary() {
        Map<String, Set<String>> found = new HashMap<>();
        for (SentencePair pair : training) {
            List<String> french = Alignment.words(pair.source());
            List<String> english = Alignment.words(pair.target());
            for (Alignment.Link link : alignment(pair).sure()) {
                found.computeIfAbsent(french.get(link.source()), word -> new HashSet<>())
                        .add(english.get(link.target()));
            }
        }
        assertThat(found)
                .containsEntry("ci-dessous", Set.of("below"))
                .containsEntry("noires", Set.of("black"))
                .containsEntry("cherche", Set.of("looks", "look", "for"))
                .containsEntry("vu", Set.of("saw", "see"))
                .containsEntry("pas", Set.of("not"))
                .containsEntry("l'enfant", Set.of("the", "child"))
                .containsEntry("du", Set.of("the"))
                .containsEntry("chevaux", Set.of("horses"))
                .doesNotContainKey("ne");
    }

    @Test
    void every_french_sentence_has_one_translation_and_every_english_word_a_link() {
        Map<String, String> known = new HashMap<>();
        for (SentencePair pair : training) {
            assertThat(known.putIfAbsent(pair.source(), pair.target())).isNull();
            Set<Integer> linked = alignment(pair).possible().stream()
                    .map(Alignment.Link::target)
                    .collect(Collectors.toSet());
            assertThat(linked)
                    .as(pair.line())
                    .hasSize(Alignment.words(pair.target()).size());
        }
    }

    @Test
    void adjectives_change_sides_and_agree() {
        for (SentencePair pair : training) {
            List<String> french = Alignment.words(pair.source());
            for (int i = 1; i < french.size(); i++) {
                if (french.get(i).equals("noires")) {
                    assertThat(french.get(i - 1))
                            .isIn(
                                    "souris",
                                    "filles",
                                    "voisines",
                                    "femmes",
                                    "lettres",
                                    "images",
                                    "pages",
                                    "voitures",
                                    "terre");
                }
            }
        }
        assertThat(training)
                .anyMatch(pair ->
                        pair.source().contains("le chat noir") && pair.target().contains("the black cat"));
    }

    @Test
    void a_fifth_of_nouns_and_adjectives_meet_only_in_held_out_pairs() {
        Set<String> learnt = meetings(corpus.training(PairCorpus.PAIRS));
        Set<String> heldOut = meetings(corpus.heldOut(800));
        int all = NOUNS.size() * ADJECTIVES.size();
        assertThat(learnt.size()).isBetween(all * 7 / 10, all * 9 / 10);
        heldOut.removeAll(learnt);
        assertThat(heldOut.size()).isGreaterThan(all / 10);
    }

    /** Which adjectives stand right before which nouns. */
    private static Set<String> meetings(List<SentencePair> pairs) {
        Set<String> meetings = new HashSet<>();
        for (SentencePair pair : pairs) {
            List<String> english = Alignment.words(pair.target());
            for (int i = 1; i < english.size(); i++) {
                String noun =
                        IRREGULAR.getOrDefault(english.get(i), english.get(i).replaceAll("s$", ""));
                if (ADJECTIVES.contains(english.get(i - 1)) && NOUNS.contains(noun)) {
                    meetings.add(english.get(i - 1) + " " + noun);
                }
            }
        }
        return meetings;
    }

    @Test
    void longer_pairs_have_three_clauses_and_others_two_at_most() {
        assertThat(corpus.longer(50)).hasSize(50).allMatch(pair -> conjunctions(pair) == 2);
        assertThat(training).allMatch(pair -> conjunctions(pair) < 2);
    }

    private static long conjunctions(SentencePair pair) {
        return Alignment.words(pair.target()).stream()
                .filter(word -> word.equals("and") || word.equals("but"))
                .count();
    }

    @Test
    void the_same_seed_gives_the_same_pairs() {
        assertThat(new PairCorpus(PairCorpus.SEED).training(20)).isEqualTo(training.subList(0, 20));
        assertThat(new PairCorpus(2).training(20)).isNotEqualTo(training.subList(0, 20));
    }

    private static Alignment alignment(SentencePair pair) {
        return Objects.requireNonNull(pair.alignment());
    }
}
