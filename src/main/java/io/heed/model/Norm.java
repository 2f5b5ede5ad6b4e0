package io.heed.model;

/**
 * The normalisation that each block of a transformer begins with.
 *
 * @param epsilon what is added to the variance
 * @param shift whether a trained vector is added to what was normalised; without, it is there and stays zero
 */
public record Norm(double epsilon, boolean shift) {}
