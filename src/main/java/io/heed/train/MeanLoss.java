package io.heed.train;

/** The mean training loss of the steps since the last query. */
final class MeanLoss {

    private int updates;
    private double lossSum;

    /** Starts from a learner's number of updates and sum of losses. */
    MeanLoss(int updates, double lossSum) {
        this.updates = updates;
        this.lossSum = lossSum;
    }

    /** Returns the mean and starts over. */
    double take(TrainingSteps steps) {
        int now = steps.taken() - steps.skipped();
        double loss = (steps.lossSum() - lossSum) / (now - updates);
        updates = now;
        lossSum = steps.lossSum();
        return loss;
    }

    /** The number of updates at the last query. */
    int updates() {
        return updates;
    }

    /** The sum of the losses at the last query. */
    double lossSum() {
        return lossSum;
    }
}
