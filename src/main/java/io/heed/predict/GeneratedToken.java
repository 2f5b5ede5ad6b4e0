package io.heed.predict;

import java.util.List;

/**
 * A token that was written, and the model's distribution at its position.
 *
 * @param token its spelling in the vocabulary
 * @param id its id
 * @param probability the model's probability for it, before sampling
 * @param entropy the entropy of the distribution at its position, in nats
 * @param alternatives the likeliest tokens at its position, as many as were asked for
 */
public record GeneratedToken(String token, int id, double probability, double entropy, List<NextWord> alternatives) {}
