package io.heed.inspect;

import java.util.List;

/**
 * What the heads of a run did after some steps of training.
 *
 * @param step after how many steps
 * @param cards the heads then, in the order of layers and heads
 */
public record HeadsThen(int step, List<HeadCard> cards) {}
