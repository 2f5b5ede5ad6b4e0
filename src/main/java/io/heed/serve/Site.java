package io.heed.serve;

import io.prometheus.metrics.model.registry.Collector;
import java.util.List;

/** What a {@link Server} serves: its routes, and the threads that work behind them. */
public interface Site extends AutoCloseable {

    /** Returns every method of every path, but for {@code /metrics}, which is the server's. */
    List<Route> routes();

    /** Returns what {@code /metrics} shows besides the server's own. */
    default List<Collector> collectors() {
        return List.of();
    }

    /** Ends the answers that would go on for long: the server, which closes, waits a few seconds for those in progress. */
    default void stop() {}

    /** Ends its threads, when no request is left. */
    @Override
    void close();
}
