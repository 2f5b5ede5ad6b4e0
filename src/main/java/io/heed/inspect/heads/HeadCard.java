package io.heed.inspect.heads;

import java.util.Map;

/**
 * A description of one head: a sentence, and the measures behind it.
 *
 * @param layer the layer, from 0
 * @param head the head, from 0
 * @param sentence what it does in the text or texts that were read
 * @param elsewhere what it does on texts made to test it; empty if nothing is known
 * @param measures the measures by name, in the order in which they are shown
 */
public record HeadCard(int layer, int head, String sentence, String elsewhere, Map<String, Double> measures) {}
