package io.heed.train;

import io.heed.TaskResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The replicas of a learner, which work in parallel, each in its own thread. */
final class Replicas implements AutoCloseable {

    private final List<Replica> all;

    /** Creates this many replicas. */
    Replicas(int count, Supplier<Replica> make) {
        all = Stream.generate(make).limit(count).toList();
    }

    /** All replicas. */
    List<Replica> all() {
        return all;
    }

    /** The first replica, into whose gradients those of all are summed. */
    Replica first() {
        return all.get(0);
    }

    /** The number of replicas. */
    int size() {
        return all.size();
    }

    /** Lets each replica work on its equal share of a list, in the list's order. */
    <S, T> List<T> deal(List<S> work, BiFunction<Replica, List<S>, T> task) {
        int count = work.size() / size();
        return inAll((replica, i) -> task.apply(replica, work.subList(i * count, (i + 1) * count)));
    }

    /** Runs a task in each replica's thread and waits for all of them, even if interrupted: they use memory of their learner. */
    <T> List<T> inAll(BiFunction<Replica, Integer, T> task) {
        List<CompletableFuture<T>> running = IntStream.range(0, size())
                .mapToObj(i -> all.get(i).submit(() -> task.apply(all.get(i), i)))
                .toList();
        TaskResult.of(CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)));
        return running.stream().map(CompletableFuture::join).toList();
    }

    @Override
    public void close() {
        all.forEach(Replica::close);
    }
}
