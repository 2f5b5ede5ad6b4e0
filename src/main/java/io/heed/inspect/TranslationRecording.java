package io.heed.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import io.heed.text.Alignment;
import io.heed.text.Encoded;
import io.heed.text.Visible;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a model that translates computed while it read a sentence and wrote its translation.
 *
 * <p>Of each part and layer there are the steps of its attention, of the shapes {@link Step} gives without B. In the cross-attention
 * queries are the translation's tokens and keys the source's.
 *
 * @param sourceText what was translated
 * @param targetText the translation
 * @param source the tokens of the one
 * @param target those of the other, the start mark first
 * @param parts for each part its layers
 */
public record TranslationRecording(
        String sourceText,
        String targetText,
        Encoded source,
        Encoded target,
        Map<Part, List<Map<Step, Tensor>>> parts) {

    /** The steps that are recorded. */
    public static final Set<Step> STEPS = EnumSet.of(
            Step.QUERY, Step.KEY, Step.VALUE, Step.UNMASKED_SCORES, Step.SCORES, Step.WEIGHTS, Step.HEAD_OUTPUT);

    /**
     * A word of the translation and the word of the source that a head read most when it was about to be written.
     *
     * @param layer the decoder's layer, from 0
     * @param head the head, from 0
     * @param target the word that was written
     * @param source the word that was read, or the start mark
     * @param weight how much of the head's attention was on it, all its tokens together
     * @param targetToken which token of the translation the word that was written begins with, counted from 0
     * @param sourceToken the same of the word that was read
     */
    public record LookUp(
            int layer, int head, String target, String source, double weight, int targetToken, int sourceToken) {}

    /** Lets a model read a sentence and its translation, each at most its context long. */
    public static TranslationRecording of(
            LanguageModel model, String sourceText, Encoded source, String targetText, Encoded target) {
        try (NDManager reading = model.newReading()) {
            Trace trace = new Trace(STEPS, (layer, step, value) -> value);
            model.read(reading, List.of(source.ids()), List.of(target.ids()), trace);
            Map<Part, List<Map<Step, Tensor>>> parts = new EnumMap<>(Part.class);
            for (Part part : Part.values()) {
                List<Map<Step, Tensor>> layers = new ArrayList<>();
                for (int layer = 0; layer < trace.layers(); layer++) {
                    Map<Step, Tensor> own = new EnumMap<>(Step.class);
                    for (Step step : STEPS) {
                        NDArray array = trace.get(part, layer, step).get(0);
                        own.put(step, new Tensor(array.getShape().getShape(), array.toFloatArray()));
                    }
                    layers.add(own);
                }
                parts.put(part, layers);
            }
            return new TranslationRecording(sourceText, targetText, source, target, parts);
        }
    }

    /** The number of layers of each part. */
    public int layers() {
        return layersOf(Part.CROSS).size();
    }

    /** The number of heads of a layer. */
    public int heads() {
        return (int) get(Part.CROSS, 0, Step.WEIGHTS).shape()[0];
    }

    private List<Map<Step, Tensor>> layersOf(Part part) {
        return Optional.ofNullable(parts.get(part)).orElseThrow();
    }

    /** A step of a layer of a part. */
    public Tensor get(Part part, int layer, Step step) {
        return Optional.ofNullable(layersOf(part).get(layer).get(step)).orElseThrow();
    }

    /** The tokens that read in a part. */
    public Encoded queries(Part part) {
        return part == Part.ENCODER ? source : target;
    }

    /** The tokens that are read in a part. */
    public Encoded keys(Part part) {
        return part == Part.DECODER ? target : source;
    }

    /** The maps of a part's heads, to be drawn. */
    public TokenMaps maps(Part part) {
        return new Maps(this, part);
    }

    private record Maps(TranslationRecording of, Part part) implements TokenMaps {
        @Override
        public MapKind kind() {
            return MapKind.ATTENTION;
        }

        @Override
        public String text() {
            return switch (part) {
                case ENCODER -> "Encoder: " + of.sourceText;
                case DECODER -> "Decoder: " + of.targetText;
                case CROSS -> "Cross-attention: " + of.targetText;
            };
        }

        /** {@inheritDoc} In the cross-attention each is told with the one that is written then. */
        @Override
        public Encoded encoded() {
            Encoded queries = of.queries(part);
            return part == Part.CROSS
                    ? new Encoded(
                            queries.ids(),
                            steps(queries.tokens()),
                            steps(queries.shown()),
                            queries.spans(),
                            queries.unknown())
                    : queries;
        }

        private static List<String> steps(List<String> tokens) {
            return IntStream.range(0, tokens.size())
                    .mapToObj(i -> tokens.get(i) + " → " + (i + 1 < tokens.size() ? tokens.get(i + 1) : "the end"))
                    .toList();
        }

        @Override
        public Encoded keys() {
            return of.keys(part);
        }

        @Override
        public boolean causal() {
            return part == Part.DECODER;
        }

        @Override
        public int layers() {
            return of.layers();
        }

        @Override
        public int heads() {
            return of.heads();
        }

        @Override
        public float[][] map(int layer, int head) {
            return of.get(part, layer, Step.WEIGHTS).at(head).rows();
        }

        @Override
        public String title(int layer, int head) {
            return "layer %d, head %d".formatted(layer, head);
        }

        @Override
        public String unit() {
            return "weight";
        }
    }

    /** What a head of the cross-attention read most when each word was about to be written, the words in their order. */
    public List<LookUp> lookUps(int layer, int head) {
        Tensor weights = get(Part.CROSS, layer, Step.WEIGHTS);
        List<String> read = Alignment.words(sourceText);
        List<String> written = Alignment.words(targetText);
        int[] readFrom = Alignment.wordsOf(source, sourceText);
        int[] writtenFrom = Alignment.wordsOf(target, targetText);
        return new WordsRead(source, sourceText, target, targetText)
                .by((query, key) -> weights.get(head, query, key)).stream()
                        .map(each -> new LookUp(
                                layer,
                                head,
                                written.get(each.target()),
                                each.source() < 0 ? source.tokens().get(0) : read.get(each.source()),
                                each.weight(),
                                first(writtenFrom, each.target()),
                                first(readFrom, each.source())))
                        .toList();
    }

    private static int first(int[] words, int word) {
        return IntStream.range(0, words.length)
                .filter(token -> words[token] == word)
                .findFirst()
                .orElseThrow();
    }

    /** A word of the translation as it stands in a list: with its token's place where the same word is there twice. */
    public String targetName(LookUp found) {
        return name(targetText, found.target(), found.targetToken());
    }

    /** The word that was read as it stands in a list, as {@link #targetName}. */
    public String sourceName(LookUp found) {
        return name(sourceText, found.source(), found.sourceToken());
    }

    private static String name(String text, String word, int token) {
        long same = Alignment.words(text).stream().filter(word::equals).count();
        return Visible.token(word) + (same > 1 ? " (%d)".formatted(token) : "");
    }

    /** The layer and head of the cross-attention whose largest weights are largest, which is the clearest to read, as (layer, head). */
    public int[] clearest() {
        int[] clearest = {0, 0};
        double most = -1;
        for (int layer = 0; layer < layers(); layer++) {
            for (int head = 0; head < heads(); head++) {
                List<LookUp> all = lookUps(layer, head);
                long words = all.stream().map(LookUp::source).distinct().count();
                double sum = words * all.stream().mapToDouble(LookUp::weight).sum();
                if (sum > most) {
                    most = sum;
                    clearest = new int[] {layer, head};
                }
            }
        }
        return clearest;
    }
}
