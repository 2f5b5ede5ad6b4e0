package io.heed.inspect.page;

import io.heed.Json;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.evidence.Evidence;
import io.heed.inspect.evidence.HeadEffects;
import io.heed.inspect.evidence.LargestTerms;
import io.heed.inspect.page.PageContent.Found;
import io.heed.model.Trace.Step;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.Deflater;

/**
 * What a page holds, and how precisely, so that it stays within its limit. If all recordings together are too large, their weights are
 * rounded; if that is not enough, the page holds the first recording and as many of the others as fit, spread evenly, the last among them.
 *
 * @param recordings the recordings it holds
 * @param leftOut the labels of the others
 * @param precision the precision of the weights; all other numbers are exact
 * @param steps what it holds of every recording besides weights
 */
record PageFit(List<Prepared> recordings, List<String> leftOut, PagePrecision precision, Set<Step> steps) {

    /** What is as wide as the residual stream. */
    static final Set<Step> STREAMS = EnumSet.of(
            Step.TOKEN_EMBEDDING,
            Step.POSITION_EMBEDDING,
            Step.RESIDUAL_BEFORE,
            Step.HEAD_CONTRIBUTION,
            Step.FEED_FORWARD_OUTPUT);

    /** What a page holds besides weights, in this order as far as there is room. */
    private static final List<Set<Step>> OPTIONAL = List.of(
            EnumSet.of(Step.UNMASKED_SCORES), EnumSet.of(Step.QUERY, Step.KEY), EnumSet.of(Step.VALUE), STREAMS);

    /** The largest page, in bytes. */
    private static final double LARGEST_PAGE = 25e6;

    /** The part of it that style and script take. */
    private static final double PROGRAM = 200e3;

    /** The largest sum of numbers, in bytes before compression, that weights and all that is optional may make. */
    private static final long ROOM = 3_000_000;

    /**
     * A recording whose small parts are ready.
     *
     * @param facts its {@link PageFacts} as JSON
     * @param lens the logit lens as the page holds it; empty if there is none
     * @param effects the effects of heads, likewise
     * @param terms the largest terms of scores, likewise
     */
    record Prepared(Found found, String facts, byte[] lens, byte[] effects, byte[] terms) {

        static Prepared of(Found found) {
            Evidence evidence = found.findings().evidence();
            List<HeadEffects> effects = found.findings().effects();
            LargestTerms terms = found.findings().terms();
            return new Prepared(
                    found,
                    PageFacts.json(PageFacts.of(found)),
                    evidence == null ? new byte[0] : compressed(PageFacts.json(evidence.lens())),
                    effects.isEmpty() ? new byte[0] : compressed(Json.ascii(effects)),
                    terms == null ? new byte[0] : compressed(Json.ascii(terms)));
        }

        private static byte[] compressed(String json) {
            return PageNumbers.compressed(json.getBytes(StandardCharsets.US_ASCII), 1, Deflater.DEFAULT_STRATEGY);
        }

        Recording maps() {
            return found.recording();
        }

        /** The number of weights. */
        long weights() {
            return (long) maps().layers() * maps().heads() * maps().length() * (maps().length() + 1) / 2;
        }

        private boolean has(Set<Step> steps) {
            return steps.stream().allMatch(step -> step == Step.POSITION_EMBEDDING || maps().has(step));
        }

        /** The numbers that some steps make; of scores only those of pairs that may be read. */
        private long numbers(Set<Step> steps) {
            return steps.contains(Step.UNMASKED_SCORES) ? weights() : PageFit.numbers(maps(), steps);
        }

        private double size(PagePrecision precision) {
            long lengths = found.findings().valueLengths().stream()
                    .map(Tensor::values)
                    .mapToLong(values -> values.length)
                    .sum();
            return facts.length()
                    + lens.length
                    + effects.length
                    + terms.length
                    + precision.size(weights())
                    + PagePrecision.BITS_32.size(lengths);
        }
    }

    /** Decides what a page holds. */
    static PageFit of(PageContent content) {
        List<Prepared> all = content.recordings().stream().map(Prepared::of).toList();
        for (PagePrecision precision : PagePrecision.values()) {
            if (fits(all, precision)) {
                return of(all, List.of(), precision);
            }
        }
        for (int others = all.size() - 2; others > 0; others--) {
            Set<Integer> some = spread(all.size(), others);
            if (fits(at(all, some), PagePrecision.BITS_8)) {
                return of(at(all, some), labelsBut(all, some), PagePrecision.BITS_8);
            }
        }
        return of(all.subList(0, 1), labelsBut(all, Set.of(0)), PagePrecision.BITS_8);
    }

    private static boolean fits(List<Prepared> recordings, PagePrecision precision) {
        return PROGRAM
                        + recordings.stream()
                                .mapToDouble(each -> each.size(precision))
                                .sum()
                <= LARGEST_PAGE;
    }

    /** The index of the first, and those of this many others, the last among them. */
    private static Set<Integer> spread(int count, int others) {
        Set<Integer> spread = new TreeSet<>();
        for (int i = 0; i <= others; i++) {
            spread.add(Math.toIntExact(Math.round((double) i * (count - 1) / others)));
        }
        return spread;
    }

    private static List<Prepared> at(List<Prepared> all, Set<Integer> indices) {
        return indices.stream().map(all::get).toList();
    }

    private static List<String> labelsBut(List<Prepared> all, Set<Integer> indices) {
        return IntStream.range(0, all.size())
                .filter(index -> !indices.contains(index))
                .mapToObj(index -> all.get(index).found().label())
                .toList();
    }

    private static PageFit of(List<Prepared> recordings, List<String> leftOut, PagePrecision precision) {
        long numbers = recordings.stream().mapToLong(Prepared::weights).sum();
        Set<Step> steps = EnumSet.noneOf(Step.class);
        for (Set<Step> group : OPTIONAL) {
            numbers +=
                    recordings.stream().mapToLong(each -> each.numbers(group)).sum();
            if (Float.BYTES * numbers > ROOM || !recordings.stream().allMatch(each -> each.has(group))) {
                break;
            }
            steps.addAll(group);
        }
        return new PageFit(recordings, leftOut, precision, steps);
    }

    /** Whether the steps as wide as the residual stream are small enough for a page. */
    static boolean haveRoom(Recording recording) {
        return Float.BYTES * numbers(recording, STREAMS) <= ROOM;
    }

    private static long numbers(Recording recording, Set<Step> steps) {
        return recording.steps().entrySet().stream()
                .filter(each -> steps.contains(each.getKey().step()))
                .mapToLong(each -> each.getValue().values().length)
                .sum();
    }
}
