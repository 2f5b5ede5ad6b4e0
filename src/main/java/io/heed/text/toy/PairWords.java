package io.heed.text.toy;

import java.util.List;

/** The words of {@link PairCorpus}, French and English. */
final class PairWords {

    private PairWords() {}

    record Noun(String french, String plural, boolean feminine, String english, String englishPlural) {
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

    record Adjective(String masculine, String feminine, String many, String manyFeminine, String english) {
        String french(boolean isFeminine, boolean isMany) {
            return isMany ? (isFeminine ? manyFeminine : many) : (isFeminine ? feminine : masculine);
        }
    }

    /** A verb: present, past participle and infinitive; in English the base, its particle, the third person and the past. A row of a table, so read by place. */
    record Verb(
            String french,
            String plural,
            String participle,
            String infinitive,
            String base,
            String third,
            String past,
            String particle) {}

    static final List<Noun> BEINGS = List.of(
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

    static final List<Noun> THINGS = List.of(
            new Noun("tableau", "tableaux", false, "table", "tables"),
            new Noun("livre", "livres", false, "book", "books"),
            new Noun("lettre", "lettres", true, "letter", "letters"),
            new Noun("image", "images", true, "picture", "pictures"),
            new Noun("page", "pages", true, "page", "pages"),
            new Noun("voiture", "voitures", true, "car", "cars"),
            new Noun("pomme de terre", "pommes de terre", true, "potato", "potatoes"),
            new Noun("gâteau", "gâteaux", false, "cake", "cakes"));

    static final List<Noun> PLACES = List.of(
            new Noun("maison", "maisons", true, "house", "houses"),
            new Noun("jardin", "jardins", false, "garden", "gardens"),
            new Noun("école", "écoles", true, "school", "schools"),
            new Noun("marché", "marchés", false, "market", "markets"));

    static final List<Adjective> AFTER = List.of(
            new Adjective("noir", "noire", "noirs", "noires", "black"),
            new Adjective("vert", "verte", "verts", "vertes", "green"),
            new Adjective("blanc", "blanche", "blancs", "blanches", "white"),
            new Adjective("rouge", "rouge", "rouges", "rouges", "red"),
            new Adjective("perdu", "perdue", "perdus", "perdues", "lost"),
            new Adjective("français", "française", "français", "françaises", "french"));

    static final List<Adjective> BEFORE = List.of(
            new Adjective("petit", "petite", "petits", "petites", "small"),
            new Adjective("grand", "grande", "grands", "grandes", "big"),
            new Adjective("joli", "jolie", "jolis", "jolies", "pretty"));

    static final List<Verb> RESTS = List.of(
            new Verb("dort", "dorment", "dormi", "dormir", "sleep", "sleeps", "slept", ""),
            new Verb("mange", "mangent", "mangé", "manger", "eat", "eats", "ate", ""),
            new Verb("chante", "chantent", "chanté", "chanter", "sing", "sings", "sang", ""),
            new Verb("travaille", "travaillent", "travaillé", "travailler", "work", "works", "worked", ""),
            new Verb("attend", "attendent", "attendu", "attendre", "wait", "waits", "waited", ""),
            new Verb("écoute", "écoutent", "écouté", "écouter", "listen", "listens", "listened", ""));

    static final List<Verb> DEEDS = List.of(
            new Verb("voit", "voient", "vu", "voir", "see", "sees", "saw", ""),
            new Verb("aime", "aiment", "aimé", "aimer", "like", "likes", "liked", ""),
            new Verb("cherche", "cherchent", "cherché", "chercher", "look", "looks", "looked", "for"),
            new Verb("regarde", "regardent", "regardé", "regarder", "look", "looks", "looked", "at"),
            new Verb("trouve", "trouvent", "trouvé", "trouver", "find", "finds", "found", ""),
            new Verb("suit", "suivent", "suivi", "suivre", "follow", "follows", "followed", ""),
            new Verb("dessine", "dessinent", "dessiné", "dessiner", "draw", "draws", "drew", ""));

    static final List<List<String>> ADVERBS =
            List.of(List.of("souvent", "often"), List.of("toujours", "always"), List.of("rarement", "rarely"));
    static final List<List<String>> POINTERS = List.of(List.of("ci-dessous", "below"), List.of("ci-dessus", "above"));
    static final List<List<String>> DAYS =
            List.of(List.of("aujourd'hui", "today"), List.of("maintenant", "now"), List.of("ici", "here"));
    static final List<List<String>> CONJUNCTIONS = List.of(List.of("et", "and"), List.of("mais", "but"));

    static boolean startsWithVowel(String word) {
        return "aeéiou".indexOf(word.charAt(0)) >= 0;
    }
}
