package io.heed.djl;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.heed.predict.NextWords;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The next words of a short text by DJL's Predictor, with the engine's threads limited or not, on a quiet machine and on a busy one. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class PredictorBenchmark {

    /** A model's folder. */
    @Param("models/toy")
    public String model;

    /** How many threads the engine has: one, as many as it takes (0), or what it has if nobody says. */
    @Param({"1", "0", "usual"})
    public String engineThreads;

    /** How many other threads want a processor. */
    @Param({"0", "8"})
    public int busy;

    private final List<Thread> others = new ArrayList<>();
    private volatile boolean over;
    private ZooModel<String, NextWords> loaded;
    private Predictor<String, NextWords> predictor;

    /** Loads the model and makes the machine busy. */
    @Setup(Level.Trial)
    public void begin() throws Exception {
        Criteria.Builder<String, NextWords> wanted = Criteria.builder()
                .setTypes(String.class, NextWords.class)
                .optModelZoo(new HeedModelZoo(Path.of(model)));
        if (!engineThreads.equals("usual")) {
            wanted.optArgument("engineThreads", Integer.valueOf(engineThreads));
        }
        loaded = wanted.build().loadModel();
        predictor = loaded.newPredictor();
        for (int i = 0; i < busy; i++) {
            Thread other = new Thread(() -> {
                while (!over) {
                    Thread.onSpinWait();
                }
            });
            other.start();
            others.add(other);
        }
    }

    /** Frees the model and lets the machine rest. */
    @TearDown(Level.Trial)
    public void end() throws InterruptedException {
        over = true;
        for (Thread other : others) {
            other.join();
        }
        predictor.close();
        loaded.close();
    }

    /** One text after another. */
    @Benchmark
    public NextWords predict() throws TranslateException {
        return predictor.predict("the cat , which liked the dog , sat on the");
    }
}
