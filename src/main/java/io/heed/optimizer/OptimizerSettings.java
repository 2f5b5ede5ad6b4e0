package io.heed.optimizer;

/**
 * The numbers that optimizers compute with.
 *
 * @param learningRate AdamW's highest learning rate
 * @param muonLearningRate Muon's highest learning rate
 * @param weightDecay how strongly weights of two or more dimensions are pulled to zero
 * @param beta1 AdamW's memory of the mean gradient
 * @param beta2 AdamW's memory of the mean squared gradient
 * @param epsilon what AdamW adds to the root of the mean square
 */
public record OptimizerSettings(
        double learningRate, double muonLearningRate, double weightDecay, double beta1, double beta2, double epsilon) {}
