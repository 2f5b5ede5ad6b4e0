package io.heed.inspect.page;

import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.evidence.Evidence;
import io.heed.inspect.page.PageContent.Found;
import io.heed.model.Trace.Step;
import java.nio.charset.StandardCharsets;
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
 * @param scores whether it holds the scores of the pairs that may be read
 * @param queriesAndKeys whether it holds queries and keys, from which the page computes the terms of a score
 */
record PageFit(
        List<Prepared> recordings,
        List<String> leftOut,
        PagePrecision precision,
        boolean scores,
        boolean queriesAndKeys) {

    /** The largest page, in bytes. */
    private static final double LARGEST_PAGE = 25e6;

    /** The part of it that style and script take. */
    private static final double PROGRAM = 150e3;

    /** The largest sum of numbers, in bytes before compression, that scores, queries and keys may make. */
    private static final long ROOM = 3_000_000;

    /**
     * A recording whose small parts are ready.
     *
     * @param facts its {@link PageFacts} as JSON
     * @param lens the logit lens as the page holds it; empty if there is none
     */
    record Prepared(Found found, String facts, byte[] lens) {

        static Prepared of(Found found) {
            Evidence evidence = found.findings().evidence();
            byte[] lens = evidence == null ? new byte[0] : lens(evidence);
            return new Prepared(found, PageFacts.json(PageFacts.of(found)), lens);
        }

        private static byte[] lens(Evidence evidence) {
            byte[] json = PageFacts.json(evidence.lens()).getBytes(StandardCharsets.US_ASCII);
            return PageNumbers.base64(json, 1, Deflater.DEFAULT_STRATEGY);
        }

        Recording maps() {
            return found.recording();
        }

        /** The number of weights. */
        long weights() {
            return (long) maps().layers() * maps().heads() * maps().length() * (maps().length() + 1) / 2;
        }

        private long vectors() {
            return maps().has(Step.QUERY) && maps().has(Step.KEY)
                    ? 2L * maps().layers() * maps().get(0, Step.QUERY).values().length
                    : 0;
        }

        private double size(PagePrecision precision) {
            long lengths = found.findings().valueLengths().stream()
                    .map(Tensor::values)
                    .mapToLong(values -> values.length)
                    .sum();
            return facts.length() + lens.length + precision.size(weights()) + PagePrecision.BITS_32.size(lengths);
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

    /** Includes scores, and then queries and keys, if they were recorded and there is room. */
    private static PageFit of(List<Prepared> recordings, List<String> leftOut, PagePrecision precision) {
        long weights = recordings.stream().mapToLong(Prepared::weights).sum();
        long vectors = recordings.stream().mapToLong(Prepared::vectors).sum();
        boolean haveScores = recordings.stream().allMatch(each -> each.maps().has(Step.UNMASKED_SCORES));
        boolean haveVectors = recordings.stream().allMatch(each -> each.vectors() > 0);
        boolean scores = haveScores && 4 * 2 * weights <= ROOM;
        boolean queriesAndKeys = scores && haveVectors && 4 * (2 * weights + vectors) <= ROOM;
        return new PageFit(recordings, leftOut, precision, scores, queriesAndKeys);
    }
}
