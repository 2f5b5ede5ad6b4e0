package io.heed.optimizer;

/**
 * The hyperparameters of the optimizers.
 *
 * @param learningRate AdamW's highest learning rate
 * @param muonLearningRate Muon's highest learning rate
 * @param weightDecay the weight decay of weights with two or more dimensions
 * @param beta1 AdamW's decay rate of the mean gradient
 * @param beta2 AdamW's decay rate of the mean squared gradient
 * @param epsilon the term AdamW adds to the root of the mean square
 */
public record OptimizerSettings(
        double learningRate, double muonLearningRate, double weightDecay, double beta1, double beta2, double epsilon) {}
