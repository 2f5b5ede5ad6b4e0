package io.heed.text.toy;

import io.heed.Seeds;
import io.heed.text.corpus.Alignment;
import io.heed.text.corpus.SentencePair;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Writes both sentences of a pair of {@link PairCorpus} at once and records the alignment. */
final class PairWriter {

    private final RandomGenerator random;
    private final List<String> french = new ArrayList<>();
    private final List<String> english = new ArrayList<>();
    private final Set<Alignment.Link> sure = new TreeSet<>();
    private final Set<Alignment.Link> possible = new TreeSet<>();
    private boolean heldOut;

    PairWriter(RandomGenerator random) {
        this.random = random;
    }

    /** Adds words to the French sentence; returns the index of the first. */
    private int french(String words) {
        french.addAll(Alignment.words(words));
        return french.size() - Alignment.words(words).size();
    }

    private int english(String word) {
        english.add(word);
        return english.size() - 1;
    }

    private void sure(int source, int target) {
        sure.add(new Alignment.Link(source, target));
    }

    private void possible(int source, int target) {
        possible.add(new Alignment.Link(source, target));
    }

    /** Adds a full stop. */
    void stop() {
        sure(french("."), english("."));
    }

    /** Adds one of some words, and its translation. */
    void word(List<List<String>> choices) {
        List<String> both = pick(choices);
        sure(french(both.get(0)), english(both.get(1)));
    }

    /** An instruction: {@code voir le tableau ci-dessous}, {@code ne pas voir la page}. */
    void order() {
        PairWords.Verb verb = pick(PairWords.DEEDS);
        boolean negated = random.nextInt(4) == 0;
        if (negated) {
            int ne = french("ne pas");
            int does = english("do");
            int not = english("not");
            possible(ne, does);
            possible(ne + 1, does);
            possible(ne, not);
            sure(ne + 1, not);
        }
        int infinitive = french(verb.infinitive());
        sure(infinitive, english(verb.base()));
        particle(verb, infinitive);
        thing(pick(PairWords.THINGS), random.nextInt(3) > 0, negated);
    }

    /** {@code la petite souris a souvent cherché le livre vert dans la maison}. */
    void clause() {
        PairWords.Noun subject = pick(PairWords.BEINGS);
        boolean many = random.nextInt(3) == 0;
        phrase(subject, many, random.nextInt(4) > 0);
        if (random.nextInt(3) == 0) {
            verb(pick(PairWords.RESTS), many);
        } else {
            PairWords.Verb deed = pick(PairWords.DEEDS);
            boolean negated = verb(deed, many);
            boolean being = random.nextBoolean();
            PairWords.Noun object = pick(being ? PairWords.BEINGS : PairWords.THINGS);
            heldOut |= held(subject.french(), deed.infinitive(), object.french());
            if (being) {
                phrase(object, random.nextInt(3) == 0, negated || random.nextInt(3) > 0);
            } else {
                thing(object, random.nextInt(3) == 0, negated);
            }
        }
        switch (random.nextInt(6)) {
            case 0 -> word(PairWords.DAYS);
            case 1, 2 -> place();
            default -> {} // neither when nor where
        }
    }

    /** A thing, which may be above or below. */
    private void thing(PairWords.Noun noun, boolean pointed, boolean definite) {
        phrase(noun, random.nextInt(3) == 0, definite || pointed || random.nextInt(3) > 0);
        if (pointed) {
            word(PairWords.POINTERS);
        }
    }

    /** {@code le petit chat noir}: article, noun and adjectives; all English adjectives precede the noun. */
    private void phrase(PairWords.Noun noun, boolean many, boolean definite) {
        PairWords.Adjective before = random.nextInt(5) == 0 ? pick(PairWords.BEFORE) : null;
        PairWords.Adjective after = random.nextInt(5) < 2 ? pick(PairWords.AFTER) : null;
        heldOut |= before != null && held(noun.french(), before.english());
        heldOut |= after != null && held(noun.french(), after.english());
        boolean joined = definite && !many && before == null && noun.elides();
        int the = english(definite ? "the" : many ? "some" : "a");
        if (!joined) {
            String article = definite
                    ? many ? "les" : noun.feminine() ? "la" : "le"
                    : many ? before == null ? "des" : "de" : noun.feminine() ? "une" : "un";
            sure(french(article), the);
        }
        if (before != null) {
            sure(french(before.french(noun.feminine(), many)), english(before.english()));
        }
        int place = french((joined ? "l'" : "") + noun.french(many));
        int end = french.size();
        if (joined) {
            sure(place, the);
        }
        if (after != null) {
            sure(french(after.french(noun.feminine(), many)), english(after.english()));
        }
        int named = english(noun.english(many));
        sure(place, named);
        for (int part = place + 1; part < end; part++) { // de terre
            possible(part, named);
        }
    }

    /** {@code n'a pas souvent vu}; returns whether it is negated, after which French has no indefinite article. */
    private boolean verb(PairWords.Verb verb, boolean many) {
        boolean past = random.nextInt(3) == 0;
        boolean negated = random.nextInt(4) == 0;
        List<String> adverb = random.nextInt(5) == 0 ? pick(PairWords.ADVERBS) : List.of();
        String finite = past ? many ? "ont" : "a" : many ? verb.plural() : verb.french();
        boolean joined = negated && PairWords.startsWithVowel(finite);
        int ne = negated && !joined ? french("ne") : -1;
        int first = french((joined ? "n'" : "") + finite);
        int pas = negated ? french("pas") : -1;
        int often = adverb.isEmpty() ? -1 : french(adverb.get(0));
        int main = past ? french(verb.participle()) : first;

        if (negated) {
            int does = english(past ? "did" : many ? "do" : "does");
            int not = english("not");
            for (int part : new int[] {ne, first, pas}) {
                if (part >= 0) {
                    possible(part, does);
                }
            }
            possible(ne >= 0 ? ne : first, not);
            sure(pas, not);
        }
        if (!adverb.isEmpty()) {
            sure(often, english(adverb.get(1)));
        }
        int written = english(negated || (many && !past) ? verb.base() : past ? verb.past() : verb.third());
        sure(main, written);
        if (past) {
            possible(first, written);
        }
        particle(verb, main);
        return negated;
    }

    /** {@code cherche} is two words in English. */
    private void particle(PairWords.Verb verb, int main) {
        if (!verb.particle().isEmpty()) {
            sure(main, english(verb.particle()));
        }
    }

    /** {@code dans la maison}, {@code près du jardin}, {@code dans l'école}. */
    private void place() {
        PairWords.Noun place = pick(PairWords.PLACES);
        boolean near = random.nextBoolean();
        int where = french(near ? "près" : "dans");
        int preposition = english(near ? "near" : "in");
        sure(where, preposition);
        if (near && !place.feminine()) {
            int article = french("du");
            possible(article, preposition);
            sure(article, english("the"));
            sure(french(place.french()), english(place.english()));
            return;
        }
        if (near) {
            possible(french("de"), preposition);
        }
        int the = english("the");
        if (place.elides()) {
            int joined = french("l'" + place.french());
            sure(joined, the);
            sure(joined, english(place.english()));
        } else {
            sure(french(place.feminine() ? "la" : "le"), the);
            sure(french(place.french()), english(place.english()));
        }
    }

    /** The pair written so far. */
    SentencePair pair() {
        return new SentencePair(String.join(" ", french), String.join(" ", english), new Alignment(sure, possible));
    }

    /** Whether the pair has a combination that is held out. */
    boolean heldOut() {
        return heldOut;
    }

    /** Whether a combination is one of the fifth that is held out; a property of the grammar, not of a seed. */
    private static boolean held(String... words) {
        return Math.floorMod(Seeds.derive(0, String.join(" ", words), 1), 5) == 0;
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
