package io.heed.model;

/**
 * The normalisation at the start of each block of a transformer.
 *
 * @param epsilon what is added to the variance
 * @param shift whether it adds a trained vector; if not, the vector exists and stays zero
 */
public record Norm(double epsilon, boolean shift) {}
