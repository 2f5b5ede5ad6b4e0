package io.heed.predict;

import java.util.List;

/**
 * A token that was written, and how the model saw its place.
 *
 * @param token as the vocabulary spells it
 * @param id its id
 * @param probability what the model gave it, before anything that {@link Sampling} does
 * @param entropy of the distribution at its place, in nats
 * @param alternatives the likeliest tokens at its place, as many as were asked for
 */
public record GeneratedToken(String token, int id, double probability, double entropy, List<NextWord> alternatives) {}
