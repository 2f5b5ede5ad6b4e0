package io.heed.inspect.heads;

import java.util.Map;

/**
 * What one head does, in a sentence and in the figures it rests on.
 *
 * @param layer the layer, from 0
 * @param head the head, from 0
 * @param sentence what it does in the text, or over the texts, that was read, for people
 * @param elsewhere what it was found to do on other texts, made to try it out; empty where nothing was
 * @param measures the figures, by name, in the order they are shown in
 */
public record HeadCard(int layer, int head, String sentence, String elsewhere, Map<String, Double> measures) {}
