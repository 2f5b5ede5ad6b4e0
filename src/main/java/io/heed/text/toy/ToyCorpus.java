package io.heed.text.toy;

import io.heed.Seeds;
import io.heed.text.toy.ToySentence.Dependency;
import io.heed.text.toy.ToySentence.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A small seeded grammar about which animal rests where, so that it is known what a model should attend to.
 *
 * <p>Each animal has its own place. Everything before the animal or between it and the place, including other animals, is a distraction:
 * {@code near the pig , the cat , which broke the vase and liked the dog , sat on the mat .} A fifth of the combinations of subject,
 * distracting animal and verb, a fifth of the pairs of names, and all clauses of three parts are held out: they never occur in training.
 */
public final class ToyCorpus {

    /** The seed of the corpus that ships with Heed. */
    public static final long SEED = 1;

    /** The number of training sentences in the corpus that ships with Heed. */
    public static final int SENTENCES = 6000;

    record Animal(String name, String place, String proper, String pronoun) {
        String plural() {
            return name.equals("fox") ? "foxes" : name + "s";
        }

        String word(boolean many) {
            return many ? plural() : name;
        }
    }

    private record Verb(String past, String base) {}

    static final List<Animal> ANIMALS = List.of(
            new Animal("cat", "mat", "miya", "she"),
            new Animal("dog", "rug", "rex", "he"),
            new Animal("bird", "branch", "kiki", "she"),
            new Animal("horse", "straw", "bruno", "he"),
            new Animal("frog", "leaf", "fred", "he"),
            new Animal("duck", "pond", "dora", "she"),
            new Animal("fox", "hill", "ruby", "she"),
            new Animal("goat", "rock", "gus", "he"),
            new Animal("cow", "grass", "bella", "she"),
            new Animal("pig", "mud", "otto", "he"));

    private static final List<String> RESTS = List.of("sat", "slept", "lay", "rested");
    private static final List<String> MOODS = List.of("happy", "tired", "hungry", "calm", "proud", "cold");
    private static final List<String> LOOKS = List.of("fluffy", "clever", "quick", "shy", "kind");
    private static final List<String> SIZES = List.of("old", "small", "brown", "young");
    private static final List<String> HANDLES = List.of("broke", "knocked over", "pushed", "found", "dropped");
    private static final List<String> THINGS = List.of("vase", "lamp", "cup", "chair", "ball", "bowl");
    private static final List<String> OPENERS = List.of("today", "yesterday", "at night", "in the morning");
    private static final List<String> NEARNESS = List.of("near", "behind", "like");
    private static final List<Verb> MEETS = List.of(
            new Verb("liked", "like"),
            new Verb("saw", "see"),
            new Verb("followed", "follow"),
            new Verb("heard", "hear"),
            new Verb("chased", "chase"));

    private final long seed;

    /** Creates the corpus of a seed. */
    public ToyCorpus(long seed) {
        this.seed = seed;
    }

    /** Returns training sentences, the same ones each time. */
    public List<ToySentence> training(int count) {
        return sentences("training", count, false);
    }

    /** Returns held-out sentences, each with a combination, a pair of names or a clause length that training lacks. */
    public List<ToySentence> heldOut(int count) {
        return sentences("held-out", count, true);
    }

    private List<ToySentence> sentences(String purpose, int count, boolean heldOut) {
        List<ToySentence> sentences = new ArrayList<>(count);
        for (long attempt = 0; sentences.size() < count; attempt++) {
            ToySentence sentence = sentence(Seeds.random(seed, "toy corpus " + purpose, attempt), heldOut);
            if (sentence.heldOut() == heldOut) {
                sentences.add(sentence);
            }
        }
        return sentences;
    }

    private static ToySentence sentence(RandomGenerator random, boolean longest) {
        Writer writer = new Writer();
        int kind = random.nextInt(100);
        if (kind < 80) {
            resting(writer, random, longest ? 3 : 2);
        } else if (kind < 88) {
            naming(writer, random);
        } else if (kind < 96) {
            meeting(writer, random);
        } else {
            loving(writer, random);
        }
        return writer.finish();
    }

    /** {@code today the old cats , which liked the dog , were happy and slept on the mat .} */
    private static void resting(Writer writer, RandomGenerator random, int longestClause) {
        Animal subject = pick(random, ANIMALS);
        switch (random.nextInt(4)) {
            case 0 -> writer.add(pick(random, OPENERS)).add(",");
            case 1 ->
                writer.add(pick(random, NEARNESS))
                        .add("the")
                        .add(other(random, subject).word(random.nextInt(3) == 0))
                        .add(",");
            default -> {} // the subject comes first
        }
        boolean many = random.nextInt(3) == 0;
        writer.add("the");
        if (random.nextInt(4) == 0) {
            writer.add(pick(random, SIZES));
        }
        int source = writer.add(subject.word(many)).last();
        String rest = pick(random, RESTS);

        Clause clause = Clause.NONE;
        if (random.nextInt(4) > 0) {
            clause = clause(writer, random, subject, 1 + random.nextInt(longestClause));
            boolean heldCombination = clause.animal != null && held(subject.name, clause.animal.name, rest);
            writer.heldOut = heldCombination || clause.parts > 2;
        }
        if (random.nextInt(5) < 2) {
            int verb = writer.add(many ? "were" : "was").last();
            writer.depends(Kind.NUMBER, verb, source, clause.many != many ? clause.position : -1);
            writer.add(pick(random, MOODS)).add("and");
        }
        int place = writer.add(rest).add("on the").add(subject.place).last();
        writer.depends(Kind.PLACE, place, source, clause.position);
        writer.add(".");
    }

    /** A clause and its distractor: its last animal, if it has one. */
    private record Clause(int parts, @Nullable Animal animal, boolean many, int position) {
        static final Clause NONE = new Clause(0, null, false, -1);
    }

    /** {@code , which broke the vase and liked the dogs ,}: an animal occurs at most once, and is never the subject. */
    private static Clause clause(Writer writer, RandomGenerator random, Animal subject, int parts) {
        writer.add(", which");
        int animalPart = random.nextInt(3) > 0 ? random.nextInt(parts) : -1;
        Clause clause = new Clause(parts, null, false, -1);
        for (int part = 0; part < parts; part++) {
            if (part > 0) {
                writer.add("and");
            }
            if (part == animalPart) {
                Animal other = other(random, subject);
                boolean many = random.nextInt(3) == 0;
                writer.add(pick(random, MEETS).past).add("the").add(other.word(many));
                clause = new Clause(parts, other, many, writer.last());
            } else {
                writer.add(pick(random, HANDLES)).add("the").add(pick(random, THINGS));
            }
        }
        writer.add(",");
        return clause;
    }

    /** {@code miya is so fluffy because she is a cat .} */
    private static void naming(Writer writer, RandomGenerator random) {
        Animal animal = pick(random, ANIMALS);
        int name = writer.add(animal.proper).last();
        writer.add("is so").add(pick(random, LOOKS)).add("because");
        writer.depends(Kind.PRONOUN, writer.add(animal.pronoun).last(), name, -1);
        writer.add("is a").add(animal.name).add(".");
    }

    /** {@code miya saw rex , but rex did not see miya .} */
    private static void meeting(Writer writer, RandomGenerator random) {
        Animal one = pick(random, ANIMALS);
        Animal two = other(random, one);
        Verb verb = pick(random, MEETS);
        int first = writer.add(one.proper).last();
        int second = writer.add(verb.past).add(two.proper).last();
        int secondAgain = writer.add(", but").add(two.proper).last();
        int firstAgain = writer.add("did not").add(verb.base).add(one.proper).last();
        writer.depends(Kind.COPY, secondAgain, second, -1);
        writer.depends(Kind.COPY, firstAgain, first, secondAgain);
        writer.add(".");
        writer.heldOut = held(one.proper, two.proper, "");
    }

    /** {@code i love cats because they are fluffy .} */
    private static void loving(Writer writer, RandomGenerator random) {
        writer.add("i love").add(pick(random, ANIMALS).plural());
        if (random.nextBoolean()) {
            writer.add("because they are").add(pick(random, LOOKS));
        }
        writer.add(".");
    }

    /** Whether a combination is one of the fifth that is held out; a property of the grammar, not of a seed. */
    private static boolean held(String subject, String other, String verb) {
        return Math.floorMod(Seeds.derive(0, subject + " " + other + " " + verb, 0), 5) == 0;
    }

    private static Animal other(RandomGenerator random, Animal than) {
        Animal other;
        do {
            other = pick(random, ANIMALS);
        } while (other.equals(than));
        return other;
    }

    private static <T> T pick(RandomGenerator random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** The names of the animals, in the singular. */
    public static List<String> animals() {
        return ANIMALS.stream().map(Animal::name).toList();
    }

    /** Collects words and records their positions. */
    private static final class Writer {
        private final List<String> words = new ArrayList<>();
        private final List<Dependency> dependencies = new ArrayList<>();
        private boolean heldOut;

        Writer add(String text) {
            words.addAll(List.of(text.split(" ", -1)));
            return this;
        }

        /** The index of the last word added. */
        int last() {
            return words.size() - 1;
        }

        void depends(Kind kind, int word, int source, int distractor) {
            dependencies.add(new Dependency(kind, word, source, distractor));
        }

        ToySentence finish() {
            return new ToySentence(List.copyOf(words), List.copyOf(dependencies), heldOut);
        }
    }
}
