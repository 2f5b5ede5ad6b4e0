package io.heed.inspect;

import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import io.heed.text.Visible;
import io.heed.text.corpus.Alignment;
import io.heed.text.corpus.WordsRead;
import java.util.List;
import java.util.stream.IntStream;

/** Which word of the source each head of the cross-attention reads when a word of the translation is about to be written. */
public final class LookUps {

    /**
     * A word of the translation and the word of the source that a head read most when it was about to be written.
     *
     * @param layer the decoder's layer, from 0
     * @param head the head, from 0
     * @param target the word that was written
     * @param source the word that was read, or the start mark
     * @param weight the head's attention on it, summed over its tokens
     * @param targetToken the index of the first token of the word that was written, from 0
     * @param sourceToken the same for the word that was read
     */
    public record LookUp(
            int layer, int head, String target, String source, double weight, int targetToken, int sourceToken) {}

    private final Recording recording;
    private final Passage source;
    private final Passage target;

    /** Looks into the recording of a translation, with the step {@code WEIGHTS}. */
    public LookUps(Recording recording) {
        this.recording = recording;
        source = recording.source();
        target = recording.passage();
    }

    /** What a head read most when each word was about to be written, in the order of words. */
    public List<LookUp> of(int layer, int head) {
        Tensor weights = recording.get(Part.CROSS, layer, Step.WEIGHTS);
        List<String> read = Alignment.words(source.text());
        List<String> written = Alignment.words(target.text());
        int[] readFrom = Alignment.wordsOf(source.encoded(), source.text());
        int[] writtenFrom = Alignment.wordsOf(target.encoded(), target.text());
        return new WordsRead(readFrom, writtenFrom)
                .by((query, key) -> weights.get(head, query, key)).stream()
                        .map(each -> new LookUp(
                                layer,
                                head,
                                written.get(each.target()),
                                each.source() < 0 ? source.encoded().tokens().get(0) : read.get(each.source()),
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

    /** The word that was written as a list shows it: with its token's place if the same word occurs twice. */
    public String targetName(LookUp found) {
        return name(target.text(), found.target(), found.targetToken());
    }

    /** The word that was read as a list shows it, as {@link #targetName}. */
    public String sourceName(LookUp found) {
        return name(source.text(), found.source(), found.sourceToken());
    }

    private static String name(String text, String word, int token) {
        long same = Alignment.words(text).stream().filter(word::equals).count();
        return Visible.token(word) + (same > 1 ? " (%d)".formatted(token) : "");
    }

    /** The layer and head of the cross-attention whose largest weights are largest, which is the clearest to read, as (layer, head). */
    public int[] clearest() {
        int[] clearest = {0, 0};
        double most = -1;
        for (int layer = 0; layer < recording.layers(); layer++) {
            for (int head = 0; head < recording.heads(); head++) {
                List<LookUp> all = of(layer, head);
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
