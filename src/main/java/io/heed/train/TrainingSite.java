package io.heed.train;

import ai.djl.ndarray.NDManager;
import io.heed.HeedException;
import io.heed.config.RunConfig;
import io.heed.model.Transformer;
import io.heed.optimizer.StateArrays;
import io.heed.run.RunState;
import io.heed.text.DataProgress;
import io.heed.text.corpus.Corpus;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a run reads its text and takes its steps: on this machine, or on a cluster. */
public interface TrainingSite {

    /**
     * What steps are taken with.
     *
     * @param config the configuration
     * @param corpus the text
     * @param transformer the model, with the weights to start from
     * @param manager the owner of the model's arrays
     * @param memory the arrays that an earlier part of the run left
     * @param state the run's progress so far
     * @param folder the run's folder
     */
    record Start(
            RunConfig config,
            Corpus corpus,
            Transformer transformer,
            NDManager manager,
            StateArrays memory,
            RunState state,
            Path folder) {}

    /**
     * Refuses a run that it cannot train.
     *
     * @throws HeedException naming the setting
     */
    void require(RunConfig config);

    /**
     * Reads the text and builds its tokenizer, if none is given.
     *
     * @param given the tokenizer of the model that the run starts from, or of the configuration; null to build one
     * @param cache a folder beside the run's, for the tokens of a long text
     * @param progress told how reading progresses
     */
    Corpus corpus(RunConfig config, Corpus.@Nullable GivenTokenizer given, Path cache, DataProgress progress);

    /** Prepares to take steps; the caller closes them. */
    TrainingSteps steps(Start start);

    /** This machine. */
    TrainingSite HERE = new TrainingSite() {
        @Override
        public void require(RunConfig config) {
            int workers = config.distributed().workers();
            if (workers > 0) {
                throw new HeedException(
                        ("distributed.workers: %d workers need Spark; use heed spark train, or train anew on this"
                                        + " machine alone with --set distributed.workers=0")
                                .formatted(workers));
            }
        }

        @Override
        public Corpus corpus(
                RunConfig config, Corpus.@Nullable GivenTokenizer given, Path cache, DataProgress progress) {
            return Corpus.read(StartingPoint.source(config, given), cache, progress);
        }

        @Override
        public TrainingSteps steps(Start start) {
            return new LocalSteps(start);
        }
    };
}
