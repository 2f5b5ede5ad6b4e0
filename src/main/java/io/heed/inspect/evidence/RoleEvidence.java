package io.heed.inspect.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.heed.HeedException;
import io.heed.Seeds;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.heads.HeadRole;
import io.heed.inspect.heads.HeadStatistics;
import io.heed.inspect.heads.RepeatedTokens;
import io.heed.model.Head;
import io.heed.model.Trace.Step;
import io.heed.model.shape.Attention;
import io.heed.model.shape.ModelConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which heads of a decoder have a role on random sequences that repeat, and what its predictions lose without all of a role's heads,
 * beside what they lose without as many heads drawn at random from the others.
 *
 * @param sequences how many random sequences were read
 * @param once the number of tokens in each before it repeats
 * @param seed the seed of sequences and draws
 * @param ablation what takes the place of a head's output
 * @param whole the losses of the whole model
 * @param roles what was found out about each role
 */
public record RoleEvidence(
        int sequences, int once, long seed, AblationKind ablation, HalfLosses whole, List<OfRole> roles) {

    /** How many sequences are read. */
    static final int SEQUENCES = 4;

    /** How many sets are drawn at random. */
    static final int DRAWS = 10;

    /**
     * A head with a role.
     *
     * @param layer the layer, from 0
     * @param head the head, from 0
     * @param keyHead the key head that it shares with other heads, from 0; null if it shares none
     * @param share the share of its weight that shows the role, the mean over the places where it can
     */
    public record Member(
            int layer,
            int head,

            @JsonProperty("key_head") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer keyHead,

            double share) {}

    /**
     * A role, its heads, and what they are worth.
     *
     * @param heads the heads, the clearest first; may be empty
     * @param change by how much the losses change without them
     * @param random by how much they change without as many other heads, for each draw; empty if there are not as many others
     */
    public record OfRole(HeadRole role, List<Member> heads, HalfLosses change, List<HalfLosses> random) {

        /** The mean over the draws of the change of the repeated half's loss; NaN without draws. */
        @JsonProperty
        public double randomMean() {
            return random.stream()
                    .mapToDouble(HalfLosses::repeatedHalf)
                    .average()
                    .orElse(Double.NaN);
        }

        /** The standard deviation of that change; NaN for fewer than two draws. */
        @JsonProperty
        public double randomDeviation() {
            double mean = randomMean();
            double squares = random.stream()
                    .mapToDouble(each -> Math.pow(each.repeatedHalf() - mean, 2))
                    .sum();
            return random.size() < 2 ? Double.NaN : Math.sqrt(squares / (random.size() - 1));
        }

        /** The largest such change; NaN without draws. */
        @JsonProperty
        public double randomLargest() {
            return random.stream().mapToDouble(HalfLosses::repeatedHalf).max().orElse(Double.NaN);
        }
    }

    /** How many passes over the sequences it takes at most. */
    public static int passes() {
        return 1 + HeadRole.values().length * (1 + DRAWS);
    }

    /**
     * Finds the heads of each role and ablates them.
     *
     * @param model a decoder
     * @param seed the seed of sequences and draws
     * @param step called after each pass
     * @throws HeedException if the model's context or vocabulary is too small to repeat anything
     */
    public static RoleEvidence of(LanguageModel model, long seed, AblationKind kind, Runnable step) {
        if (!RepeatedTokens.possible(model)) {
            throw new HeedException(
                    "the model reads %d tokens at once and knows too few words to repeat random ones; --roles needs a larger one"
                            .formatted(model.context()));
        }
        RepeatedTokens repeated = RepeatedTokens.of(model, seed, SEQUENCES);
        HeadSetAblation ablation = new HeadSetAblation(model, repeated, kind);
        HalfLosses whole = ablation.without(Set.of());
        step.run();
        ModelConfig config = model.transformer().config();
        HeadStatistics statistics = new HeadStatistics(config.layers(), config.heads());
        repeated.read(model, Set.of(Step.WEIGHTS)).forEach(statistics::addMeasures);
        List<OfRole> roles = new ArrayList<>();
        for (HeadRole role : HeadRole.values()) {
            List<Member> members = members(model, role, statistics);
            roles.add(ofRole(new Experiment(config, ablation, whole, seed, step), role, members));
        }
        return new RoleEvidence(SEQUENCES, repeated.once(), seed, kind, whole, roles);
    }

    private record Experiment(
            ModelConfig config, HeadSetAblation ablation, HalfLosses whole, long seed, Runnable step) {

        HalfLosses change(List<Head> heads) {
            HalfLosses change = ablation.without(heads).less(whole);
            step.run();
            return change;
        }
    }

    private static List<Member> members(LanguageModel model, HeadRole role, HeadStatistics statistics) {
        Attention attention = model.transformer().config().attention();
        List<Member> members = new ArrayList<>();
        for (int layer = 0; layer < statistics.layers(); layer++) {
            for (int head = 0; head < statistics.heads(); head++) {
                double share = role.share(statistics.of(layer, head).all());
                if (role.isShownBy(share)) {
                    members.add(new Member(layer, head, attention.sharedKeyHeadOf(head), share));
                }
            }
        }
        members.sort(Comparator.comparingDouble(Member::share).reversed());
        return members;
    }

    private static OfRole ofRole(Experiment experiment, HeadRole role, List<Member> members) {
        List<Head> heads = members.stream()
                .map(each -> new Head(each.layer(), each.head()))
                .toList();
        if (heads.isEmpty()) {
            return new OfRole(role, members, new HalfLosses(0, 0), List.of());
        }
        HalfLosses change = experiment.change(heads);
        List<Head> others = new ArrayList<>();
        for (int layer = 0; layer < experiment.config.layers(); layer++) {
            for (int head = 0; head < experiment.config.heads(); head++) {
                if (!heads.contains(new Head(layer, head))) {
                    others.add(new Head(layer, head));
                }
            }
        }
        List<HalfLosses> random = new ArrayList<>();
        for (int draw = 0; draw < DRAWS && others.size() >= heads.size(); draw++) {
            String purpose = "random heads instead of " + role.title();
            random.add(experiment.change(drawn(others, heads.size(), Seeds.random(experiment.seed, purpose, draw))));
        }
        return new OfRole(role, members, change, random);
    }

    /** Draws some heads, each set of them as likely as any other. */
    private static List<Head> drawn(List<Head> heads, int count, RandomGenerator random) {
        List<Head> left = new ArrayList<>(heads);
        List<Head> drawn = new ArrayList<>();
        while (drawn.size() < count) {
            drawn.add(left.remove(random.nextInt(left.size())));
        }
        return drawn;
    }
}
