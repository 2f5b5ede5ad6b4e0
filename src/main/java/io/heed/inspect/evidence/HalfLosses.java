package io.heed.inspect.evidence;

/**
 * How well the two halves of random sequences that repeat are predicted. The first token of each half is not counted: nothing announces
 * it.
 *
 * @param firstHalf the mean loss before anything repeats, in nats per token
 * @param repeatedHalf the mean loss of the repetition
 */
public record HalfLosses(double firstHalf, double repeatedHalf) {

    /** By how much each is larger than another. */
    public HalfLosses less(HalfLosses other) {
        return new HalfLosses(firstHalf - other.firstHalf, repeatedHalf - other.repeatedHalf);
    }
}
