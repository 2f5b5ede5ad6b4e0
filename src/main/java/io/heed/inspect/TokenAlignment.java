package io.heed.inspect;

import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which tokens of two texts correspond: those of the fewest insertions, deletions and replacements that turn one into the other. */
public final class TokenAlignment {

    private TokenAlignment() {}

    /**
     * A token and the one that stands for it in the other text.
     *
     * @param first its index in the first text, or null if only the second has it
     * @param second its index in the second text, or null if only the first has it
     */
    public record Pair(@Nullable Integer first, @Nullable Integer second) {

        /** Whether both texts have it. */
        public boolean inBoth() {
            return first != null && second != null;
        }
    }

    /** Aligns two texts; the time and memory are proportional to the product of their lengths. */
    public static List<Pair> of(Encoded first, Encoded second) {
        int[][] rest = distances(first.ids(), second.ids());
        List<Pair> pairs = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < first.length() || j < second.length()) {
            boolean both = i < first.length() && j < second.length();
            int changed = both && first.ids()[i] == second.ids()[j] ? 0 : 1;
            if (both && rest[i][j] == changed + rest[i + 1][j + 1]) {
                pairs.add(new Pair(i++, j++));
            } else if (i < first.length() && rest[i][j] == 1 + rest[i + 1][j]) {
                pairs.add(new Pair(i++, null));
            } else {
                pairs.add(new Pair(null, j++));
            }
        }
        return Collections.unmodifiableList(pairs);
    }

    /** The distance of the rests of both texts from each pair of places on. */
    private static int[][] distances(long[] first, long[] second) {
        int[][] rest = new int[first.length + 1][second.length + 1];
        for (int i = first.length; i >= 0; i--) {
            for (int j = second.length; j >= 0; j--) {
                if (i == first.length || j == second.length) {
                    rest[i][j] = first.length - i + second.length - j;
                } else {
                    int changed = rest[i + 1][j + 1] + (first[i] == second[j] ? 0 : 1);
                    rest[i][j] = Math.min(changed, 1 + Math.min(rest[i + 1][j], rest[i][j + 1]));
                }
            }
        }
        return rest;
    }
}
