package io.heed.spark.reading;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive texts of a dataset, which one task reads together.
 *
 * @param first the number of the first, from 0
 * @param texts at least one, none of them blank
 */
record TextBlock(long first, List<String> texts) implements Serializable {

    /** This block with the texts that follow it in another. */
    TextBlock followedBy(TextBlock rest) {
        List<String> all = new ArrayList<>(texts);
        all.addAll(rest.texts);
        return new TextBlock(first, all);
    }
}
