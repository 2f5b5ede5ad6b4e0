package io.heed.inspect;

import java.util.Map;

/**
 * What one head does, in a sentence and in the figures it rests on.
 *
 * @param layer the layer, from 0
 * @param head the head, from 0
 * @param sentence what it does, for people
 * @param measures the figures, by name, in the order they are shown in
 */
public record HeadCard(int layer, int head, String sentence, Map<String, Double> measures) {}
