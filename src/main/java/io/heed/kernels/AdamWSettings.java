package io.heed.kernels;

/**
 * The hyperparameters of one AdamW step.
 *
 * @param rate the learning rate
 * @param beta1 how much of the mean gradient is kept from step to step
 * @param beta2 how much of the mean squared gradient is kept
 * @param epsilon added to the root of the mean square
 * @param weightDecay the share of a weight, times the rate, that each step subtracts
 */
public record AdamWSettings(double rate, double beta1, double beta2, double epsilon, double weightDecay) {}
