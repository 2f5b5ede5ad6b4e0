package io.heed.inspect.circuit;

import java.util.BitSet;
import java.util.List;

/** Finds a circuit on prompts. */
interface CircuitFinder {

    /**
     * What was found.
     *
     * @param circuit its edges
     * @param order all edges of the model, the most important first
     */
    record Found(BitSet circuit, List<Integer> order) {}

    /**
     * Finds a circuit.
     *
     * @param which the prompts to find it on, which may occur several times
     */
    Found find(int[] which);
}
