package io.heed.inspect.evidence;

/**
 * What the prediction loses when one head is ablated.
 *
 * @param layer the layer, from 0
 * @param head the head, from 0
 * @param zero by how much the log-probability of a token, in nats, changes when the head's output is zero
 * @param mean the same when it is its mean over the text's positions
 */
public record HeadAblation(int layer, int head, double zero, double mean) {}
