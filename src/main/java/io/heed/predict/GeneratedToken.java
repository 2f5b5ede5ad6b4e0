package io.heed.predict;

/**
 * A token that was written, and how the model saw its place.
 *
 * @param token as the vocabulary spells it
 * @param id its id
 * @param probability what the model gave it, before anything that {@link Sampling} does
 * @param alternatives the likeliest tokens at its place, as many as were asked for, and the entropy there
 */
public record GeneratedToken(String token, int id, double probability, NextWords alternatives) {}
