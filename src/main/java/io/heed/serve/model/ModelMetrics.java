package io.heed.serve.model;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.Collector;
import java.util.List;

/** What a model did for its site, for {@code /metrics}. */
final class ModelMetrics {

    private final Histogram batches = Histogram.builder()
            .name("heed_batch_texts")
            .help("Texts whose next words were predicted together.")
            .classicOnly()
            .classicUpperBounds(1, 2, 4, 8, 16, 32, 64, 128, 256)
            .build();

    private final Gauge queue = Gauge.builder()
            .name("heed_queue_texts")
            .help("Texts that wait for their next words.")
            .build();

    private final Counter generated = Counter.builder()
            .name("heed_generated_tokens_total")
            .help("Tokens written.")
            .build();

    List<Collector> collectors() {
        return List.of(batches, queue, generated);
    }

    /** Counts texts read together. */
    void batch(int texts) {
        batches.observe(texts);
    }

    /** Sets the number of waiting texts. */
    void queueLength(int length) {
        queue.set(length);
    }

    /** Counts a generated token. */
    void generated() {
        generated.inc();
    }
}
