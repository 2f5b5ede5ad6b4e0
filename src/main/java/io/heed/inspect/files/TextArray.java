package io.heed.inspect.files;

import io.heed.inspect.Tensor;
import java.util.List;

/**
 * An array of one text.
 *
 * @param name as every format has it
 * @param layered whether it has a first dimension of layers
 * @param tensors one of each layer, or one
 */
record TextArray(String name, boolean layered, List<Tensor> tensors) {}
