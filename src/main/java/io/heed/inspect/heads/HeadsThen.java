package io.heed.inspect.heads;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What the heads of a run did at a training step.
 *
 * @param step the number of steps
 * @param cards the heads at that step, in the order of layers and heads
 */
public record HeadsThen(int step, @JsonProperty("heads") List<HeadCard> cards) {}
