package io.heed.spark.training;

import io.heed.spark.cluster.ExecutorEngine;
import io.heed.spark.corpus.Shards;
import io.heed.text.corpus.TrainingData;
import io.heed.train.InnerLearner;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The learners of a run in this process: as many as tasks ran here at a time, kept from round to round since making one takes longer than
 * a step. A task borrows one, gives it all it needs to know, and returns it.
 */
final class ExecutorLearners {

    private static final Object LOCK = new Object();
    private static final Object DRAWING = new Object();
    private static final Map<String, ExecutorLearners> OF_RUN = new HashMap<>();

    private final RunPlan plan;
    private final Deque<InnerLearner> idle = new ArrayDeque<>();
    private boolean closed;

    private ExecutorLearners(RunPlan plan) {
        this.plan = plan;
    }

    /** Returns those of a run, and frees those of earlier runs that no task uses. */
    static ExecutorLearners of(RunPlan plan) {
        synchronized (LOCK) {
            ExecutorLearners known = OF_RUN.get(plan.id());
            if (known == null) {
                closeAll();
                known = new ExecutorLearners(plan);
                OF_RUN.put(plan.id(), known);
            }
            return known;
        }
    }

    /** Frees all learners of this process that no task uses. */
    static void closeAll() {
        synchronized (LOCK) {
            OF_RUN.values().forEach(ExecutorLearners::close);
            OF_RUN.clear();
        }
    }

    /** Runs a task with a learner of its own; with dropout, one after the other, since they draw from the engine's one generator. */
    <T> T with(Function<InnerLearner, T> task) {
        if (plan.plan().shape().dropout() > 0) {
            synchronized (DRAWING) {
                return alone(task);
            }
        }
        return alone(task);
    }

    private <T> T alone(Function<InnerLearner, T> task) {
        InnerLearner learner = borrow();
        T result;
        try {
            result = task.apply(learner);
        } catch (RuntimeException | Error e) {
            learner.close();
            throw e;
        }
        giveBack(learner);
        return result;
    }

    private InnerLearner borrow() {
        ExecutorEngine.ensure();
        synchronized (idle) {
            if (!idle.isEmpty()) {
                return idle.pop();
            }
        }
        return new InnerLearner(plan.plan(), plan.threads());
    }

    private void giveBack(InnerLearner learner) {
        synchronized (idle) {
            if (closed) {
                learner.close();
            } else {
                idle.push(learner);
            }
        }
    }

    /** Returns a worker's part of the training text. */
    TrainingData training(int worker) {
        return shards().training(worker, plan.workers(), plan.plan().shape().context());
    }

    /** Returns the validation text. */
    TrainingData validation() {
        return shards().validation(plan.plan().shape().context());
    }

    private Shards shards() {
        return Shards.of(plan.index(), plan.hadoop().value());
    }

    private void close() {
        synchronized (idle) {
            closed = true;
            idle.forEach(InnerLearner::close);
            idle.clear();
        }
    }
}
