package io.heed.spark.training;

import io.heed.spark.corpus.CorpusIndex;
import io.heed.train.InnerLearner;
import java.io.Serializable;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What every executor knows of a run.
 *
 * @param id tells it from other runs
 * @param plan what to train
 * @param index where the text's ids are
 * @param hadoop how to reach the file system that they are on
 * @param threads the number of cores that Spark gives a task
 */
record RunPlan(
        String id, InnerLearner.Plan plan, CorpusIndex index, SerializableConfiguration hadoop, int threads)
        implements Serializable {

    /** The number of workers. */
    int workers() {
        return plan.config().distributed().workers();
    }
}
