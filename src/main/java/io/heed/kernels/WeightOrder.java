package io.heed.kernels;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * In which order the weights of a model are passed to its kernels, so that their texts can name them.
 *
 * <p>Weights are in blocks, such as the attention of a layer. The blocks of one name are equally far from one another, one in each
 * layer.
 */
public final class WeightOrder {

    /** The blocks of one name: where the first begins, how far the second is from it, and how many weights each has. */
    private record Blocks(int first, int stride, int length) {}

    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final Map<String, Blocks> blocks = new LinkedHashMap<>();

    /**
     * Names a weight that belongs to no block.
     *
     * @param place its place among all weights, from 0
     */
    public void outside(String name, int place) {
        places.put(name, place);
    }

    /**
     * Names a weight of a block.
     *
     * @param block the block's name, the same in each layer
     * @param layer the layer, from 0
     * @param name its name, under which it has the same place in every block that has one of that name
     * @param place its place among all weights, from 0
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

    /** What a text calls a weight by, as TorchScript: its place in the list that is called {@code list}. */
    String place(String list, String name) {
        Integer place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("there is no weight %s; there are %s".formatted(name, places.keySet()));
        }
        return list + "[" + place + "]";
    }

    /** What a text calls the weights of a block by, as TorchScript: a part of the list that is called {@code list}. */
    String block(String list, String name, String layer) {
        Blocks found = blocks.get(name);
        if (found == null) {
            throw new IllegalArgumentException("there is no block %s; there are %s".formatted(name, blocks.keySet()));
        }
        String first = found.first + " + " + found.stride + " * (" + layer + ")";
        return "torch.slice(" + list + ", " + first + ", " + found.length + " + " + first + ")";
    }
}
