package io.heed.text.toy;

import io.heed.Seeds;
import io.heed.text.corpus.Alignment;
import io.heed.text.corpus.SentencePair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A small seeded grammar of French sentences and their English translations, in which it is known which word stands for which.
 *
 * <p>What the two languages do differently is in it: gender and the plural show in the French article and adjective ({@code les petites
 * souris noires}, {@code the small black mice}), most adjectives follow the French noun, negation stands around the French verb ({@code
 * ne dort pas}, {@code does not sleep}), one word becomes two ({@code cherche}, {@code looks for}) and two become one ({@code a vu},
 * {@code saw}), adverbs change place. Every French sentence has one translation. A fifth of the combinations of noun and adjective, and
 * of subject, verb and object, never occur in training; nor do sentences of three clauses.
 */
public final class PairCorpus {

    /** The seed of the corpus that ships. */
    public static final long SEED = 1;

    /** The number of pairs to train on of the corpus that ships. */
    public static final int PAIRS = 6000;

    private record Noun(String french, String plural, boolean feminine, String english, String englishPlural) {
        String french(boolean many) {
            return many ? plural : french;
        }

        String english(boolean many) {
            return many ? englishPlural : english;
        }

        boolean elides() {
            return startsWithVowel(french);
        }
    }

    private record Adjective(String masculine, String feminine, String many, String manyFeminine, String english) {
        String french(boolean isFeminine, boolean isMany) {
            return isMany ? (isFeminine ? manyFeminine : many) : (isFeminine ? feminine : masculine);
        }
    }

    /** A verb: present, past participle and infinitive; in English the base, its particle, the third person and the past. */
    private record Verb(
            String french,
            String plural,
            String participle,
            String infinitive,
            String base,
            String third,
            String past,
            String particle) {}

    private static final List<Noun> BEINGS = List.of(
            new Noun("chat", "chats", false, "cat", "cats"),
            new Noun("chien", "chiens", false, "dog", "dogs"),
            new Noun("souris", "souris", true, "mouse", "mice"),
            new Noun("fille", "filles", true, "girl", "girls"),
            new Noun("garçon", "garçons", false, "boy", "boys"),
            new Noun("voisine", "voisines", true, "neighbour", "neighbours"),
            new Noun("enfant", "enfants", false, "child", "children"),
            new Noun("oiseau", "oiseaux", false, "bird", "birds"),
            new Noun("cheval", "chevaux", false, "horse", "horses"),
            new Noun("femme", "femmes", true, "woman", "women"));

    private static final List<Noun> THINGS = List.of(
            new Noun("tableau", "tableaux", false, "table", "tables"),
            new Noun("livre", "livres", false, "book", "books"),
            new Noun("lettre", "lettres", true, "letter", "letters"),
            new Noun("image", "images", true, "picture", "pictures"),
            new Noun("page", "pages", true, "page", "pages"),
            new Noun("voiture", "voitures", true, "car", "cars"),
            new Noun("pomme de terre", "pommes de terre", true, "potato", "potatoes"),
            new Noun("gâteau", "gâteaux", false, "cake", "cakes"));

    private static final List<Noun> PLACES = List.of(
            new Noun("maison", "maisons", true, "house", "houses"),
            new Noun("jardin", "jardins", false, "garden", "gardens"),
            new Noun("école", "écoles", true, "school", "schools"),
            new Noun("marché", "marchés", false, "market", "markets"));

    private static final List<Adjective> AFTER = List.of(
            new Adjective("noir", "noire", "noirs", "noires", "black"),
            new Adjective("vert", "verte", "verts", "vertes", "green"),
            new Adjective("blanc", "blanche", "blancs", "blanches", "white"),
            new Adjective("rouge", "rouge", "rouges", "rouges", "red"),
            new Adjective("perdu", "perdue", "perdus", "perdues", "lost"),
            new Adjective("français", "française", "français", "françaises", "french"));

    private static final List<Adjective> BEFORE = List.of(
            new Adjective("petit", "petite", "petits", "petites", "small"),
            new Adjective("grand", "grande", "grands", "grandes", "big"),
            new Adjective("joli", "jolie", "jolis", "jolies", "pretty"));

    private static final List<Verb> RESTS = List.of(
            new Verb("dort", "dorment", "dormi", "dormir", "sleep", "sleeps", "slept", ""),
            new Verb("mange", "mangent", "mangé", "manger", "eat", "eats", "ate", ""),
            new Verb("chante", "chantent", "chanté", "chanter", "sing", "sings", "sang", ""),
            new Verb("travaille", "travaillent", "travaillé", "travailler", "work", "works", "worked", ""),
            new Verb("attend", "attendent", "attendu", "attendre", "wait", "waits", "waited", ""),
            new Verb("écoute", "écoutent", "écouté", "écouter", "listen", "listens", "listened", ""));

    private static final List<Verb> DEEDS = List.of(
            new Verb("voit", "voient", "vu", "voir", "see", "sees", "saw", ""),
            new Verb("aime", "aiment", "aimé", "aimer", "like", "likes", "liked", ""),
            new Verb("cherche", "cherchent", "cherché", "chercher", "look", "looks", "looked", "for"),
            new Verb("regarde", "regardent", "regardé", "regarder", "look", "looks", "looked", "at"),
            new Verb("trouve", "trouvent", "trouvé", "trouver", "find", "finds", "found", ""),
            new Verb("suit", "suivent", "suivi", "suivre", "follow", "follows", "followed", ""),
            new Verb("dessine", "dessinent", "dessiné", "dessiner", "draw", "draws", "drew", ""));

    private static final List<List<String>> ADVERBS =
            List.of(List.of("souvent", "often"), List.of("toujours", "always"), List.of("rarement", "rarely"));
    private static final List<List<String>> POINTERS =
            List.of(List.of("ci-dessous", "below"), List.of("ci-dessus", "above"));
    private static final List<List<String>> DAYS =
            List.of(List.of("aujourd'hui", "today"), List.of("maintenant", "now"), List.of("ici", "here"));
    private static final List<List<String>> CONJUNCTIONS = List.of(List.of("et", "and"), List.of("mais", "but"));

    /** A pair and whether it is kept from training. */
    private record Drawn(SentencePair pair, boolean heldOut) {}

    private final long seed;

    /** Creates the corpus of a seed. */
    public PairCorpus(long seed) {
        this.seed = seed;
    }

    /** Returns pairs to train on, each once, the same ones each time. */
    public List<SentencePair> training(int count) {
        return pairs("training", count, false, 2);
    }

    /** Returns held-out pairs as long as those of training, each with a combination that training lacks. */
    public List<SentencePair> heldOut(int count) {
        return pairs("held out", count, true, 2);
    }

    /** Returns pairs of three clauses, which training lacks. */
    public List<SentencePair> longer(int count) {
        return pairs("longer", count, false, 3);
    }

    private List<SentencePair> pairs(String purpose, int count, boolean heldOut, int clauses) {
        List<SentencePair> pairs = new ArrayList<>(count);
        Set<String> known = new HashSet<>();
        for (long attempt = 0; pairs.size() < count; attempt++) {
            Drawn drawn = draw(Seeds.random(seed, "pair corpus " + purpose, attempt), clauses);
            if (drawn.heldOut == heldOut && known.add(drawn.pair.source())) {
                pairs.add(drawn.pair);
            }
        }
        return pairs;
    }

    private static Drawn draw(RandomGenerator random, int clauses) {
        Writer writer = new Writer(random);
        if (clauses < 3 && random.nextInt(4) == 0) {
            writer.order();
        } else {
            writer.clause();
            int more = clauses == 3 ? 2 : random.nextInt(2);
            for (int i = 0; i < more; i++) {
                writer.word(pick(random, CONJUNCTIONS));
                writer.clause();
            }
        }
        if (random.nextBoolean()) {
            writer.word(List.of(".", "."));
        }
        return new Drawn(writer.finish(), writer.heldOut);
    }

    /** Whether a combination is one of the fifth that is held out; a property of the grammar, not of a seed. */
    private static boolean held(String... words) {
        return Math.floorMod(Seeds.derive(0, String.join(" ", words), 1), 5) == 0;
    }

    private static boolean startsWithVowel(String word) {
        return "aeéiou".indexOf(word.charAt(0)) >= 0;
    }

    private static <T> T pick(RandomGenerator random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Writes both sentences at once and notes which word stands for which. */
    private static final class Writer {
        private final RandomGenerator random;
        private final List<String> french = new ArrayList<>();
        private final List<String> english = new ArrayList<>();
        private final Set<Alignment.Link> sure = new TreeSet<>();
        private final Set<Alignment.Link> possible = new TreeSet<>();
        private boolean heldOut;

        Writer(RandomGenerator random) {
            this.random = random;
        }

        /** Adds words to the French sentence; the index of the first. */
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

        /** Adds a word and its translation. */
        void word(List<String> both) {
            sure(french(both.get(0)), english(both.get(1)));
        }

        /** {@code voir le tableau ci-dessous}, {@code ne pas voir la page}: what is to be done. */
        void order() {
            Verb verb = pick(random, DEEDS);
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
            int infinitive = french(verb.infinitive);
            sure(infinitive, english(verb.base));
            particle(verb, infinitive);
            thing(pick(random, THINGS), random.nextInt(3) > 0, negated);
        }

        /** {@code la petite souris a souvent cherché le livre vert dans la maison}. */
        void clause() {
            Noun subject = pick(random, BEINGS);
            boolean many = random.nextInt(3) == 0;
            phrase(subject, many, random.nextInt(4) > 0);
            if (random.nextInt(3) == 0) {
                verb(pick(random, RESTS), many);
            } else {
                Verb deed = pick(random, DEEDS);
                boolean negated = verb(deed, many);
                boolean being = random.nextBoolean();
                Noun object = pick(random, being ? BEINGS : THINGS);
                heldOut |= held(subject.french, deed.infinitive, object.french);
                if (being) {
                    phrase(object, random.nextInt(3) == 0, negated || random.nextInt(3) > 0);
                } else {
                    thing(object, random.nextInt(3) == 0, negated);
                }
            }
            switch (random.nextInt(6)) {
                case 0 -> word(pick(random, DAYS));
                case 1, 2 -> place();
                default -> {} // neither when nor where
            }
        }

        /** A thing, which may stand above or below. */
        private void thing(Noun noun, boolean pointed, boolean definite) {
            phrase(noun, random.nextInt(3) == 0, definite || pointed || random.nextInt(3) > 0);
            if (pointed) {
                word(pick(random, POINTERS));
            }
        }

        /** {@code le petit chat noir}: article, noun and adjectives; the English adjectives all stand before the noun. */
        private void phrase(Noun noun, boolean many, boolean definite) {
            Adjective before = random.nextInt(5) == 0 ? pick(random, BEFORE) : null;
            Adjective after = random.nextInt(5) < 2 ? pick(random, AFTER) : null;
            heldOut |= before != null && held(noun.french, before.english);
            heldOut |= after != null && held(noun.french, after.english);
            boolean joined = definite && !many && before == null && noun.elides();
            int the = english(definite ? "the" : many ? "some" : "a");
            if (!joined) {
                String article = definite
                        ? many ? "les" : noun.feminine ? "la" : "le"
                        : many ? before == null ? "des" : "de" : noun.feminine ? "une" : "un";
                sure(french(article), the);
            }
            if (before != null) {
                sure(french(before.french(noun.feminine, many)), english(before.english));
            }
            int place = french((joined ? "l'" : "") + noun.french(many));
            int end = french.size();
            if (joined) {
                sure(place, the);
            }
            if (after != null) {
                sure(french(after.french(noun.feminine, many)), english(after.english));
            }
            int named = english(noun.english(many));
            sure(place, named);
            for (int part = place + 1; part < end; part++) { // de terre
                possible(part, named);
            }
        }

        /** {@code n'a pas souvent vu}; whether it is negated, after which French has no indefinite article. */
        private boolean verb(Verb verb, boolean many) {
            boolean past = random.nextInt(3) == 0;
            boolean negated = random.nextInt(4) == 0;
            List<String> adverb = random.nextInt(5) == 0 ? pick(random, ADVERBS) : List.of();
            String finite = past ? many ? "ont" : "a" : many ? verb.plural : verb.french;
            boolean joined = negated && startsWithVowel(finite);
            int ne = negated && !joined ? french("ne") : -1;
            int first = french((joined ? "n'" : "") + finite);
            int pas = negated ? french("pas") : -1;
            int often = adverb.isEmpty() ? -1 : french(adverb.get(0));
            int main = past ? french(verb.participle) : first;

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
            int written = english(negated || (many && !past) ? verb.base : past ? verb.past : verb.third);
            sure(main, written);
            if (past) {
                possible(first, written);
            }
            particle(verb, main);
            return negated;
        }

        /** {@code cherche} is two words in English. */
        private void particle(Verb verb, int main) {
            if (!verb.particle.isEmpty()) {
                sure(main, english(verb.particle));
            }
        }

        /** {@code dans la maison}, {@code près du jardin}, {@code dans l'école}. */
        private void place() {
            Noun place = pick(random, PLACES);
            boolean near = random.nextBoolean();
            int where = french(near ? "près" : "dans");
            int preposition = english(near ? "near" : "in");
            sure(where, preposition);
            if (near && !place.feminine) {
                int article = french("du");
                possible(article, preposition);
                sure(article, english("the"));
                sure(french(place.french), english(place.english));
                return;
            }
            if (near) {
                possible(french("de"), preposition);
            }
            int the = english("the");
            if (place.elides()) {
                int joined = french("l'" + place.french);
                sure(joined, the);
                sure(joined, english(place.english));
            } else {
                sure(french(place.feminine ? "la" : "le"), the);
                sure(french(place.french), english(place.english));
            }
        }

        SentencePair finish() {
            return new SentencePair(String.join(" ", french), String.join(" ", english), new Alignment(sure, possible));
        }
    }
}
