package io.heed.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.ResidentMemory;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the server and its site did, in the text format of Prometheus. */
final class Metrics {

    static final String TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final PrometheusRegistry registry = new PrometheusRegistry();

    private final Counter requests = Counter.builder()
            .name("heed_requests_total")
            .help("Requests answered.")
            .labelNames("route", "status")
            .register(registry);

    private final Histogram seconds = Histogram.builder()
            .name("heed_request_seconds")
            .help("Time from a request to the end of its answer.")
            .labelNames("route")
            .classicOnly()
            .classicUpperBounds(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60)
            .register(registry);

    /** @param collectors what the site measures */
    Metrics(List<Collector> collectors) {
        collectors.forEach(registry::register);
        memory("jvm_memory_used_bytes", "Memory the JVM uses.", MemoryUsage::getUsed);
        memory("jvm_memory_committed_bytes", "Memory the JVM has taken from the system.", MemoryUsage::getCommitted);
        CounterWithCallback.builder()
                .name("process_cpu_seconds_total")
                .help("Processor time used, of all cores together.")
                .callback(told -> ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .ifPresent(time -> told.call(time.toMillis() / 1000.0)))
                .register(registry);
        GaugeWithCallback.builder()
                .name("process_resident_memory_bytes")
                .help("Memory in use, the engine's among it.")
                .callback(told -> ResidentMemory.bytes().ifPresent(told::call))
                .register(registry);
    }

    private void memory(String name, String help, ToDoubleFunction<MemoryUsage> amount) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("area")
                .callback(told -> {
                    told.call(amount.applyAsDouble(memory.getHeapMemoryUsage()), "heap");
                    told.call(amount.applyAsDouble(memory.getNonHeapMemoryUsage()), "nonheap");
                })
                .register(registry);
    }

    /**
     * Counts an answer.
     *
     * @param route one of the server's own
     */
    void answered(String route, int status, double duration) {
        requests.labelValues(route, String.valueOf(status)).inc();
        seconds.labelValues(route).observe(duration);
    }

    /** All of it. */
    String text() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(UTF_8);
    }
}
