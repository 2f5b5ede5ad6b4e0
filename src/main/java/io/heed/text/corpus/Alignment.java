package io.heed.text.corpus;

import io.heed.text.WhiteSpace;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which words of two sentences correspond: sure links, and possible links, which are optional (Och and Ney, "A Systematic Comparison of
 * Various Statistical Alignment Models", 2003, section 5). Words are separated by white space, as {@link WhiteSpace} defines it, and
 * counted from 0.
 *
 * @param sure the links that an alignment must have
 * @param possible the links that it may have, including the sure ones
 */
public record Alignment(Set<Link> sure, Set<Link> possible) {

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,6})([-p])(\\d{1,6})");

    /**
     * A pair of corresponding words.
     *
     * @param source the index of the word in the source sentence
     * @param target the index of the word in the target sentence
     */
    public record Link(int source, int target) implements Comparable<Link> {
        @Override
        public int compareTo(Link other) {
            return target == other.target
                    ? Integer.compare(source, other.source)
                    : Integer.compare(target, other.target);
        }
    }

    /** Copies the sets; sure links are possible too. */
    public Alignment {
        TreeSet<Link> all = new TreeSet<>(possible);
        all.addAll(sure);
        sure = new TreeSet<>(sure);
        possible = all;
    }

    /** The words of a sentence. */
    public static List<String> words(String sentence) {
        return WhiteSpace.split(sentence);
    }

    /** The word that each token of a text belongs to, or -1 if the token stands for nothing in the text. */
    public static int[] wordsOf(Encoded encoded, String text) {
        int[] begun = new int[text.length() + 1]; // how many words start before each position
        for (int at = 0; at < text.length(); at++) {
            boolean begins = !WhiteSpace.is(text.charAt(at)) && (at == 0 || WhiteSpace.is(text.charAt(at - 1)));
            begun[at + 1] = begun[at] + (begins ? 1 : 0);
        }
        return encoded.spans().stream()
                .mapToInt(span -> span.start() == span.end() ? -1 : begun[span.end()] - 1)
                .toArray();
    }

    /** Whether a text has anything that {@link #parse} would read as a link. */
    static boolean isWritten(String text) {
        return words(text).stream().anyMatch(word -> WRITTEN.matcher(word).matches());
    }

    /**
     * Reads links written as {@code 0-0 2-1 1p1}, source before target, with {@code p} for those that are only possible.
     *
     * @throws IllegalArgumentException naming what is not a link
     */
    static Alignment parse(String written) {
        List<Link> sure = new ArrayList<>();
        List<Link> possible = new ArrayList<>();
        for (String link : words(written)) {
            Matcher found = WRITTEN.matcher(link);
            if (!found.matches()) {
                throw new IllegalArgumentException(
                        "\"%s\" is not a link between words, such as 0-0 or 1p2".formatted(link));
            }
            Link read = new Link(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(3)));
            (found.group(2).equals("-") ? sure : possible).add(read);
        }
        return new Alignment(new TreeSet<>(sure), new TreeSet<>(possible));
    }

    /** Whether all its words exist in sentences of these numbers of words. */
    boolean fits(int sourceWords, int targetWords) {
        return possible.stream().allMatch(link -> link.source < sourceWords && link.target < targetWords);
    }

    /** The links in the form that {@link #parse} reads. */
    @Override
    public String toString() {
        return possible.stream()
                .map(link -> link.source + (sure.contains(link) ? "-" : "p") + link.target)
                .collect(Collectors.joining(" "));
    }

    /**
     * Counts of links from which errors follow, and which add up over sentences: {@code AER = 1 − (|A∩S| + |A∩P|)/(|A| + |S|)} (Och
     * and Ney 2003).
     *
     * @param found the number of links found, |A|
     * @param sure the number of sure links, |S|
     * @param sureFound the number of sure links found, |A∩S|
     * @param possibleFound the number of possible links found, |A∩P|
     */
    public record Errors(long found, long sure, long sureFound, long possibleFound) {

        /** Nothing counted yet. */
        public static final Errors NONE = new Errors(0, 0, 0, 0);

        /** Adds the counts of another sentence. */
        public Errors plus(Errors other) {
            return new Errors(
                    found + other.found,
                    sure + other.sure,
                    sureFound + other.sureFound,
                    possibleFound + other.possibleFound);
        }

        /** The alignment error rate, from 0 (all right) to 1; NaN if there is nothing to align. */
        public double rate() {
            return 1 - (double) (sureFound + possibleFound) / (found + sure);
        }
    }

    /**
     * Compares links with these.
     *
     * @param found each once
     */
    public Errors errors(List<Link> found) {
        return new Errors(
                found.size(),
                sure.size(),
                found.stream().filter(sure::contains).count(),
                found.stream().filter(possible::contains).count());
    }
}
