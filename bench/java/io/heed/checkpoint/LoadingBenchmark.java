package io.heed.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.heed.kernels.EngineThreads;
import io.heed.kernels.Kernels;
import io.heed.model.WeightFormat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Opening a model beside reading the file of its weights, both from the system's cache into memory that is new:
 * {@code bench/kernels LoadingBenchmark -p folder=FOLDER}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Thread)
public class LoadingBenchmark {

    @Param("models/toy")
    public String folder;

    @Param({"FLOAT32", "BFLOAT16"})
    public WeightFormat weights;

    @Setup
    public void oneThread() {
        EngineThreads.limit(1);
    }

    @Benchmark
    public void open() {
        ModelFolder.read(Path.of(folder), Device.cpu(), weights).close();
    }

    @Benchmark
    public void readFile() throws IOException {
        Path file = Path.of(folder, StoredTensors.FILE);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                FileChannel channel = FileChannel.open(file)) {
            NDArray array = manager.create(new Shape(Files.size(file)), DataType.UINT8);
            channel.read(Kernels.memory(array));
        }
    }
}
