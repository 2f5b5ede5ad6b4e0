package io.heed.train;

/** The mean training loss of the steps that were taken since it was asked for last. */
final class MeanLoss {

    private int updates;
    private double lossSum;

    /** Begins where a learner had moved the weights so often, with such a sum of losses. */
    MeanLoss(int updates, double lossSum) {
        this.updates = updates;
        this.lossSum = lossSum;
    }

    /** Returns it, and begins anew. */
    double take(Learner learner) {
        double loss = (learner.lossSum() - lossSum) / (learner.updates() - updates);
        updates = learner.updates();
        lossSum = learner.lossSum();
        return loss;
    }

    /** How often the weights had moved. */
    int updates() {
        return updates;
    }

    /** The sum of the losses until then. */
    double lossSum() {
        return lossSum;
    }
}
