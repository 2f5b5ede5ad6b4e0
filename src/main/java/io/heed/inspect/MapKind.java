package io.heed.inspect;

import io.heed.checkpoint.LanguageModel;
import java.util.Locale;

/** A way to see who reads whom: a square of tokens by tokens. */
public enum MapKind {
    /** The attention weights of a head. */
    ATTENTION,
    /** How much each key writes through a head ({@link ValueWeighted}). */
    VALUE_WEIGHTED,
    /** How much of each beginning is left after a layer ({@link Rollout}), all heads together. */
    ROLLOUT,
    /** How much can flow through all layers ({@link AttentionFlow}). */
    FLOW;

    /** Whether there is a map for each layer. */
    public boolean ofLayers() {
        return this != FLOW;
    }

    /** Whether there is a map for each head. */
    public boolean ofHeads() {
        return this == ATTENTION || this == VALUE_WEIGHTED;
    }

    /**
     * Returns the maps of what a model has read.
     *
     * @param recording of that model, with the step {@code WEIGHTS}; for value-weighted maps {@code VALUE} too
     * @throws io.heed.HeedException if the text is too long for the flow
     */
    public TokenMaps of(LanguageModel model, Recording recording) {
        return switch (this) {
            case ATTENTION -> recording.maps();
            case VALUE_WEIGHTED -> ComputedMaps.valueWeighted(model, recording);
            case ROLLOUT -> ComputedMaps.rollout(recording);
            case FLOW -> ComputedMaps.flow(recording);
        };
    }

    /** The name on the command line and of files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
