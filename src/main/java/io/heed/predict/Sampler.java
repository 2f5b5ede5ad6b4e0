package io.heed.predict;

import io.heed.Seeds;
import java.util.List;

/**
 * Chooses the next token.
 *
 * @param temperature 0 takes the likeliest token always; 1 draws by probability; more is wilder
 * @param topK draw from this many of the likeliest tokens; 0 for all
 * @param seed what the draws are derived from, with their number
 */
public record Sampler(double temperature, int topK, long seed) {

    /** The likeliest token, always. */
    public static final Sampler GREEDY = new Sampler(0, 0, 0);

    /** Chooses the token at a place of the text, the same one each time. */
    int choose(Distribution next, long place) {
        if (temperature == 0) {
            return next.likeliest(1).get(0);
        }
        List<Integer> kept = next.likeliest(topK == 0 ? next.size() : topK);
        Distribution sharpened = next.sharpened(temperature, kept);
        double draw = Seeds.random(seed, "sample", place).nextDouble();
        for (int id : kept) {
            draw -= sharpened.probability(id);
            if (draw < 0) {
                return id;
            }
        }
        return kept.get(0); // the probabilities fell short of one by rounding
    }
}
