package io.heed.inspect.heads;

import io.heed.inspect.HeadSimilarity;
import io.heed.inspect.Recording;
import java.util.ArrayList;
import java.util.List;

/**
 * What the heads of a model do over any number of texts: figures and likenesses, pooled over all places of all texts, so that a long text
 * counts for more than a short one. Holds sums alone, whatever the number of texts.
 */
public final class HeadStatistics {

    private final int heads;
    private final List<HeadMeasures> measures = new ArrayList<>();
    private final HeadSimilarity similarity;

    /** Starts with no text, for a model with this many layers and heads per layer. */
    public HeadStatistics(int layers, int heads) {
        this.heads = heads;
        for (int i = 0; i < layers * heads; i++) {
            measures.add(new HeadMeasures());
        }
        similarity = new HeadSimilarity(layers, heads);
    }

    /** Adds a text; its recording needs the step {@code WEIGHTS}. */
    public void add(Recording recording) {
        addMeasures(recording);
        similarity.add(recording);
    }

    /** Adds it without comparing heads, which costs more than everything else. */
    public void addMeasures(Recording recording) {
        long[] ids = recording.encoded().ids();
        for (int i = 0; i < measures.size(); i++) {
            measures.get(i).add(recording.weights(i / heads, i % heads), ids);
        }
    }

    /** The number of layers. */
    public int layers() {
        return measures.size() / heads;
    }

    /** The number of heads of a layer. */
    public int heads() {
        return heads;
    }

    /** The measures of one head. */
    public HeadMeasures of(int layer, int head) {
        return measures.get(layer * heads + head);
    }

    /** How alike the heads are. */
    public HeadSimilarity similarity() {
        return similarity;
    }
}
