package io.heed.cli.print;

import io.heed.TaskResult;
import io.heed.cli.terminal.Bar;
import io.heed.cli.terminal.BarLine;
import io.heed.kernels.EngineLibrary;
import io.heed.kernels.EngineLibrary.Packed;
import java.io.PrintWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Unpacks the engine before the first command that computes, and shows how far that is. */
public final class EngineUnpacking {

    private static final long MEGABYTE = 1_000_000;

    private EngineUnpacking() {}

    /** Unpacks the engine, unless that has been done. */
    public static void ensure(PrintWriter err) {
        EngineLibrary.packed().ifPresent(library -> unpack(library, err));
    }

    private static void unpack(Packed library, PrintWriter err) {
        err.printf("heed: unpacking the PyTorch engine, once, to %s%n", library.cache());
        long before = library.unpacked(); // by a program that was killed
        CompletableFuture<Void> loaded = CompletableFuture.runAsync(EngineLibrary::load);
        try (Bar bar = new Bar(err, new BarLine("unpacking", 0, library.bytes(), " MB", MEGABYTE))) {
            while (!loaded.isDone()) {
                bar.stepTo(library.unpacked() - before);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
        TaskResult.of(loaded);
    }
}
