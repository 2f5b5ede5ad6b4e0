package io.heed.kernels;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The order in which a model's weights are passed to its kernels, so that kernel sources can name them.
 *
 * <p>Weights form blocks, such as the attention of a layer. Each layer has one block of a name, and these are equally
 * spaced.
 */
public final class WeightOrder {

    /**
     * The blocks of one name: the index of the first, the distance from one to the next, and the number of weights in
     * each.
     */
    private record Blocks(int first, int stride, int length) {}

    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final Map<String, Blocks> blocks = new LinkedHashMap<>();

    /**
     * Names a weight that belongs to no block.
     *
     * @param place its index among all weights, from 0
     */
    public void outside(String name, int place) {
        places.put(name, place);
    }

    /**
     * Names a weight of a block.
     *
     * @param block the block's name, the same in each layer
     * @param layer the layer, from 0
     * @param name its name; a name has the same index in every block that has it
     * @param place its index among all weights, from 0
     */
    public void inBlock(String block, int layer, String name, int place) {
        Blocks known = blocks.getOrDefault(block, new Blocks(place, 0, 0));
        if (layer == 0) {
            Integer before = places.putIfAbsent(name, known.length);
            if (before != null && before != known.length) {
                throw new IllegalArgumentException("%s is weight %d of one block and %d of another, %s"
                        .formatted(name, before, known.length, block));
            }
            blocks.put(block, new Blocks(known.first, 0, known.length + 1));
        } else if (layer == 1 && known.stride == 0) {
            blocks.put(block, new Blocks(known.first, place - known.first, known.length));
        }
    }

    /** Returns the TorchScript expression of a weight: an element of the list named {@code list}. */
    String place(String list, String name) {
        Integer place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("there is no weight %s; there are %s".formatted(name, places.keySet()));
        }
        return list + "[" + place + "]";
    }

    /** Returns the TorchScript expression of a block's weights: a slice of the list named {@code list}. */
    String block(String list, String name, String layer) {
        Blocks found = blocks.get(name);
        if (found == null) {
            throw new IllegalArgumentException("there is no block %s; there are %s".formatted(name, blocks.keySet()));
        }
        String first = found.first + " + " + found.stride + " * (" + layer + ")";
        return "torch.slice(" + list + ", " + first + ", " + found.length + " + " + first + ")";
    }
}
