package io.heed.inspect;

import io.heed.HeedException;
import io.heed.text.tokenizer.Encoded;

/** Maps of tokens by tokens, as they are drawn: rows read, columns are read, numbers are from 0 to 1. */
public interface TokenMaps {

    /** The kind of the maps. */
    Quantity kind();

    /** What was read. */
    String text();

    /** Its tokens, T of them. */
    Encoded encoded();

    /** The number of layers that have maps. */
    int layers();

    /** The number of maps of a layer. */
    int heads();

    /** The tokens that are read, S of them: the same ones, unless another sentence is looked up. */
    default Encoded keys() {
        return encoded();
    }

    /** Whether a token reads only itself and those before it; the keys above the diagonal are then not drawn. */
    default boolean causal() {
        return true;
    }

    /** Returns a map, (T,S). */
    float[][] map(int layer, int head);

    /** The name of a map within a sentence. */
    String title(int layer, int head);

    /** What the numbers are, in a word or two. */
    String unit();

    /**
     * Checks a number that counts from 0.
     *
     * @param what what is counted, such as {@code head}
     * @throws HeedException if it is not below the count
     */
    static void check(String what, int number, int count) {
        if (number < 0 || number >= count) {
            throw new HeedException("there is no %s %d; %s"
                    .formatted(
                            what,
                            number,
                            count == 1
                                    ? "there is only 0"
                                    : "there are %d, counted from 0, so the last is %d".formatted(count, count - 1)));
        }
    }
}
