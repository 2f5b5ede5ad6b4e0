package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.model.Distribution;
import io.heed.model.Head;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a prediction is without two heads of which neither alone changes the answer: each makes up for the other (the hydra effect;
 * McGrath et al., arXiv 2307.15771).
 *
 * @param heads both, in the order of layers and heads
 * @param probability that of the token that is likeliest with all heads
 * @param logProbability its natural logarithm
 * @param instead the likeliest token without both
 */
public record JointEffect(List<Head> heads, double probability, double logProbability, Guess instead) {

    /** How many pairs are kept. */
    private static final int MOST = 3;

    /** How many multiplications are quick enough. */
    private static final double QUICK = 1e10;

    /**
     * Looks for pairs that change the answer together.
     *
     * @param alone what each head does
     * @return those without which the answer is least likely, or null if there are too many pairs to try
     */
    static @Nullable List<JointEffect> of(
            LanguageModel model, Recording recording, int position, List<HeadEffect> alone) {
        int answer = Distribution.likeliest(recording.logits(position));
        String token = model.tokenizer().vocabulary().token(answer);
        List<Head> changeNothing = alone.stream()
                .filter(effect -> effect.instead().token().equals(token))
                .map(effect -> new Head(effect.layer(), effect.head()))
                .toList();
        long[] ids = Arrays.copyOf(recording.encoded().ids(), position + 1);
        double pairs = changeNothing.size() * (changeNothing.size() - 1) / 2.0;
        if (pairs * Evidence.operations(model, ids.length) > QUICK) {
            return null;
        }
        List<Set<Head>> all = pairs(changeNothing);
        List<float[]> without = AblatedModel.next(model, ids, all);
        List<JointEffect> found = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            float[] logits = without.get(i);
            if (Distribution.likeliest(logits) != answer) {
                found.add(of(model, all.get(i), answer, logits));
            }
        }
        return found.stream()
                .sorted(Comparator.comparingDouble(JointEffect::probability))
                .limit(MOST)
                .toList();
    }

    private static List<Set<Head>> pairs(List<Head> heads) {
        List<Set<Head>> pairs = new ArrayList<>();
        for (int i = 0; i < heads.size(); i++) {
            for (int j = i + 1; j < heads.size(); j++) {
                pairs.add(Set.of(heads.get(i), heads.get(j)));
            }
        }
        return pairs;
    }

    private static JointEffect of(LanguageModel model, Set<Head> heads, int answer, float[] logits) {
        Distribution next = new Distribution(logits);
        Comparator<Head> order = Comparator.comparingInt(Head::layer).thenComparingInt(Head::head);
        return new JointEffect(
                heads.stream().sorted(order).toList(),
                next.probability(answer),
                next.logProbability(answer),
                Guess.likeliest(model, next, 1).get(0));
    }
}
