package io.heed.serve;

import io.heed.ResidentMemory;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What the server did, in the text format of Prometheus. */
final class Metrics {

    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double[] SECONDS = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60};
    private static final double[] TEXTS = {1, 2, 4, 8, 16, 32, 64, 128, 256};

    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final Map<String, Histogram> seconds = new ConcurrentHashMap<>();
    private final Histogram batches = new Histogram(TEXTS);
    private final LongAdder generated = new LongAdder();
    private volatile int queue;

    /** Counts values by size. */
    private static final class Histogram {

        private final double[] bounds;
        private final long[] counts; // of values up to each bound and above the one before; the last is of larger ones
        private double sum;

        Histogram(double[] bounds) {
            this.bounds = bounds;
            counts = new long[bounds.length + 1];
        }

        synchronized void add(double value) {
            int bucket = 0;
            while (bucket < bounds.length && value > bounds[bucket]) {
                bucket++;
            }
            counts[bucket]++;
            sum += value;
        }

        synchronized void write(StringBuilder out, String name, String label) {
            long total = 0;
            for (int bucket = 0; bucket < counts.length; bucket++) {
                total += counts[bucket];
                String bound = bucket < bounds.length ? String.valueOf(bounds[bucket]) : "+Inf";
                out.append("%s_bucket{%s%sle=\"%s\"} %d\n"
                        .formatted(name, label, label.isEmpty() ? "" : ",", bound, total));
            }
            String braces = label.isEmpty() ? "" : "{" + label + "}";
            out.append("%s_sum%s %s\n%s_count%s %d\n".formatted(name, braces, sum, name, braces, total));
        }
    }

    /**
     * An answer was given.
     *
     * @param route one of the server's own
     */
    void answered(String route, int status, double duration) {
        requests.computeIfAbsent("route=\"" + route + "\",status=\"" + status + "\"", any -> new LongAdder())
                .increment();
        seconds.computeIfAbsent(route, any -> new Histogram(SECONDS)).add(duration);
    }

    /** Texts were read together. */
    void batch(int texts) {
        batches.add(texts);
    }

    /** So many texts wait. */
    void queueLength(int length) {
        queue = length;
    }

    /** A token was written. */
    void generated() {
        generated.increment();
    }

    /** All of it. */
    String text() {
        StringBuilder out = new StringBuilder();
        head(out, "heed_requests_total", "counter", "Requests answered.");
        requests.forEach((labels, count) -> out.append("heed_requests_total{%s} %d\n".formatted(labels, count.sum())));
        head(out, "heed_request_seconds", "histogram", "Time from a request to the end of its answer.");
        new TreeMap<>(seconds)
                .forEach((route, each) -> each.write(out, "heed_request_seconds", "route=\"" + route + "\""));
        head(out, "heed_batch_texts", "histogram", "Texts whose next words were predicted together.");
        batches.write(out, "heed_batch_texts", "");
        head(out, "heed_queue_texts", "gauge", "Texts that wait for their next words.");
        out.append("heed_queue_texts %d\n".formatted(queue));
        head(out, "heed_generated_tokens_total", "counter", "Tokens written.");
        out.append("heed_generated_tokens_total %d\n".formatted(generated.sum()));
        process(out);
        return out.toString();
    }

    private static void process(StringBuilder out) {
        var memory = ManagementFactory.getMemoryMXBean();
        Map<String, MemoryUsage> areas =
                new TreeMap<>(Map.of("heap", memory.getHeapMemoryUsage(), "nonheap", memory.getNonHeapMemoryUsage()));
        head(out, "jvm_memory_used_bytes", "gauge", "Memory the JVM uses.");
        areas.forEach((area, usage) ->
                out.append("jvm_memory_used_bytes{area=\"%s\"} %d\n".formatted(area, usage.getUsed())));
        head(out, "jvm_memory_committed_bytes", "gauge", "Memory the JVM has taken from the system.");
        areas.forEach((area, usage) ->
                out.append("jvm_memory_committed_bytes{area=\"%s\"} %d\n".formatted(area, usage.getCommitted())));
        ProcessHandle.current().info().totalCpuDuration().ifPresent(time -> {
            head(out, "process_cpu_seconds_total", "counter", "Processor time used, of all cores together.");
            out.append("process_cpu_seconds_total %s\n".formatted(time.toMillis() / 1000.0));
        });
        ResidentMemory.bytes().ifPresent(bytes -> {
            head(out, "process_resident_memory_bytes", "gauge", "Memory in use, the engine's among it.");
            out.append("process_resident_memory_bytes %d\n".formatted(bytes));
        });
    }

    private static void head(StringBuilder out, String name, String type, String help) {
        out.append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
    }
}
