package io.heed.train;

/** Turns the gradients of some parameters into updates. */
interface Optimizer {

    /**
     * Moves every parameter once.
     *
     * @param share how high the learning rate stands, from 0 to 1 of its highest
     */
    void step(double share);
}
