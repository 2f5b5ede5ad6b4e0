package io.heed.inspect.heads;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What the heads of a run did after some steps of training.
 *
 * @param step after how many steps
 * @param cards the heads then, in the order of layers and heads
 */
public record HeadsThen(int step, @JsonProperty("heads") List<HeadCard> cards) {}
