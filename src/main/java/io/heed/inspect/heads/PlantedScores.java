package io.heed.inspect.heads;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Links;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.VariantBatches;
import io.heed.model.Distribution;
import io.heed.model.Trace.Step;
import io.heed.text.toy.ToySentence;
import io.heed.text.toy.ToySentence.Dependency;
import io.heed.text.toy.ToySentence.Kind;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How well a model has learned the dependencies planted in the toy corpus.
 *
 * @param placeAccuracy the share of places, across a clause with another animal, that were the likeliest next word
 * @param places the number of them
 * @param numberAccuracy the share of {@code was} and {@code were}, across a clause, that were likelier than the other
 * @param numbers the number of them
 * @param layer the last layer, from 0
 * @param head its head, from 0, that most often reads the subject when it is about to name the place
 * @param headShare the share of those places where the head's largest weight is on the subject
 * @param readers that share for every head of every layer
 */
public record PlantedScores(
        double placeAccuracy,
        int places,
        double numberAccuracy,
        int numbers,
        int layer,
        int head,
        double headShare,
        List<List<Double>> readers) {

    /** Whether a model knows the words of some sentences of the toy corpus, and reads them whole. */
    public static boolean possible(LanguageModel model, List<ToySentence> sentences) {
        return sentences.stream()
                        .flatMap(sentence -> sentence.words().stream())
                        .distinct()
                        .allMatch(
                                word -> model.tokenizer().vocabulary().id(word).isPresent())
                && sentences.stream()
                        .allMatch(sentence -> model.encode(sentence.text()).length() <= model.context());
    }

    /**
     * Returns sentences that are scored and stand for all of them, but have few lengths, so that a model reads many at once.
     *
     * @param lengths how many lengths: those in the middle of each of so many equal parts of the sentences, the shortest first
     * @param count how many sentences of each, if there are so many
     */
    public static List<ToySentence> ofFewLengths(List<ToySentence> sentences, int lengths, int count) {
        List<ToySentence> asking =
                sentences.stream().filter(PlantedScores::asks).toList();
        int[] sizes = asking.stream()
                .mapToInt(sentence -> sentence.words().size())
                .sorted()
                .toArray();
        return IntStream.range(0, lengths)
                .map(part -> sizes[(2 * part + 1) * sizes.length / (2 * lengths)])
                .distinct()
                .boxed()
                .flatMap(size -> asking.stream()
                        .filter(sentence -> sentence.words().size() == size)
                        .limit(count))
                .toList();
    }

    /** Scores a model on sentences of the toy corpus that it should not have been trained on. */
    public static PlantedScores of(LanguageModel model, List<ToySentence> sentences) {
        Counter counter = new Counter(model);
        Map<Integer, List<ToySentence>> lengths = sentences.stream()
                .filter(PlantedScores::asks)
                .collect(Collectors.groupingBy(
                        sentence -> model.encode(sentence.text()).length()));
        lengths.forEach(
                (length, alike) -> VariantBatches.cut(alike, model, length).forEach(counter::read));
        return counter.scores();
    }

    /** Whether a dependency of a sentence is counted. */
    private static boolean asks(ToySentence sentence) {
        return sentence.dependencies().stream().anyMatch(PlantedScores::asks);
    }

    private static boolean asks(Dependency dependency) {
        return dependency.distracted() && (dependency.kind() == Kind.PLACE || dependency.kind() == Kind.NUMBER);
    }

    private static final class Counter {
        private final LanguageModel model;
        private final int lastLayer;
        private final int[][] subjectRead; // by layer and head
        private int places;
        private int rightPlaces;
        private int numbers;
        private int rightNumbers;

        Counter(LanguageModel model) {
            this.model = model;
            lastLayer = model.transformer().config().layers() - 1;
            subjectRead = new int[lastLayer + 1][model.transformer().config().heads()];
        }

        /** Reads sentences with the same number of tokens. */
        void read(List<ToySentence> sentences) {
            List<Passage> passages = sentences.stream()
                    .map(sentence -> new Passage(sentence.text(), model.encode(sentence.text())))
                    .toList();
            List<Recording> read = Recording.of(model, passages, Set.of(Step.WEIGHTS, Step.LOGITS));
            for (int i = 0; i < read.size(); i++) {
                count(sentences.get(i), read.get(i));
            }
        }

        private void count(ToySentence sentence, Recording read) {
            int marks = read.length() - sentence.words().size(); // the start mark comes before the words
            for (Dependency dependency : sentence.dependencies()) {
                if (!asks(dependency)) {
                    continue;
                }
                int query = marks + dependency.word() - 1; // the token before the word predicts it
                float[] next = read.logits(query);
                long answer = read.encoded().ids()[query + 1];
                if (dependency.kind() == Kind.PLACE) {
                    places++;
                    rightPlaces += Distribution.likeliest(next) == answer ? 1 : 0;
                    countHeads(read, query, marks + dependency.source());
                } else {
                    numbers++;
                    rightNumbers += next[id("was")] > next[id("were")] == (answer == id("was")) ? 1 : 0;
                }
            }
        }

        private void countHeads(Recording maps, int query, int subject) {
            for (Links.Link link : Links.readBy(maps, query)) {
                if (link.key() == subject) {
                    subjectRead[link.layer()][link.head()]++;
                }
            }
        }

        private int id(String word) {
            return model.tokenizer().vocabulary().id(word).orElseThrow();
        }

        PlantedScores scores() {
            List<List<Double>> readers = Arrays.stream(subjectRead)
                    .map(heads -> Arrays.stream(heads)
                            .mapToObj(count -> share(count, places))
                            .toList())
                    .toList();
            List<Double> last = readers.get(lastLayer);
            int head = IntStream.range(0, last.size())
                    .boxed()
                    .max(Comparator.comparingDouble(last::get))
                    .orElseThrow();
            return new PlantedScores(
                    share(rightPlaces, places),
                    places,
                    share(rightNumbers, numbers),
                    numbers,
                    lastLayer,
                    head,
                    last.get(head),
                    readers);
        }

        private static double share(int part, int all) {
            return all == 0 ? Double.NaN : (double) part / all;
        }
    }
}
