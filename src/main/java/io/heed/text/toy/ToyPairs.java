package io.heed.text.toy;

import io.heed.Seeds;
import io.heed.text.ContrastPair;
import io.heed.text.toy.ToyCorpus.Animal;
import io.heed.text.toy.ToySentence.Dependency;
import io.heed.text.toy.ToySentence.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Pairs of texts of the toy corpus that differ in one word and so in what follows: {@code the cat , which saw the dog , sat on the} is
 * followed by {@code mat}; with {@code pig} for {@code cat}, by {@code mud}. Between the animal and the place stands a clause with another
 * animal.
 */
public final class ToyPairs {

    private ToyPairs() {}

    /** Returns pairs from a corpus' training sentences. */
    public static List<ContrastPair> training(ToyCorpus corpus, int count) {
        return of(corpus.training(20 * count), count);
    }

    /** Returns pairs from held-out sentences. */
    public static List<ContrastPair> heldOut(ToyCorpus corpus, int count) {
        return of(corpus.heldOut(20 * count), count);
    }

    private static List<ContrastPair> of(List<ToySentence> sentences, int count) {
        List<ContrastPair> pairs = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < sentences.size() && pairs.size() < count; i++) {
            Optional<ContrastPair> pair = of(sentences.get(i), Seeds.random(ToyCorpus.SEED, "toy pairs", i));
            pair.filter(each -> seen.add(each.clean())).ifPresent(pairs::add);
        }
        return pairs;
    }

    private static Optional<ContrastPair> of(ToySentence sentence, RandomGenerator random) {
        return sentence.dependencies().stream()
                .filter(each -> each.kind() == Kind.PLACE && each.distracted())
                .findFirst()
                .map(place -> of(sentence.words(), place, random));
    }

    private static ContrastPair of(List<String> words, Dependency place, RandomGenerator random) {
        List<String> before = words.subList(0, place.word());
        String subject = words.get(place.source());
        boolean many =
                ToyCorpus.ANIMALS.stream().noneMatch(animal -> animal.name().equals(subject));
        List<Animal> others = ToyCorpus.ANIMALS.stream()
                .filter(animal -> !before.contains(animal.name()) && !before.contains(animal.plural()))
                .toList();
        Animal other = others.get(random.nextInt(others.size()));
        List<String> corrupted = new ArrayList<>(before);
        corrupted.set(place.source(), other.word(many));
        return new ContrastPair(
                String.join(" ", before), String.join(" ", corrupted), words.get(place.word()), other.place());
    }
}
