package io.heed.model;

/**
 * A head of a decoder's self-attention.
 *
 * @param layer its layer, from 0
 * @param head its place in the layer, from 0
 */
public record Head(int layer, int head) {}
