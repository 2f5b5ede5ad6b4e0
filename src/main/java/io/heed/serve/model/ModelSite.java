package io.heed.serve.model;

import io.heed.checkpoint.LanguageModel;
import io.heed.kernels.EngineThreads;
import io.heed.predict.NextWordPredictor;
import io.heed.serve.Reply;
import io.heed.serve.Route;
import io.heed.serve.Route.Access;
import io.heed.serve.ServeSettings;
import io.heed.serve.Site;
import io.prometheus.metrics.model.registry.Collector;
import java.util.ArrayList;
import java.util.List;

/** One model's page and API. */
public final class ModelSite implements Site {

    private final LanguageModel model;
    private final ModelFacts facts;
    private final ModelMetrics metrics = new ModelMetrics();
    private final FairWorkers turns;
    private final FairWorkers encoding;
    private final PredictQueue queue;
    private final GenerateRoute generating;
    private final Recorder recorder;

    /**
     * Starts the threads that compute.
     *
     * @param model the model, which the caller closes after the site
     * @param name the model's name on the page
     * @param settings how much may wait, and for how long
     */
    public ModelSite(LanguageModel model, String name, ServeSettings settings) {
        this.model = model;
        facts = ModelFacts.of(name, model);
        turns = new FairWorkers("heed-compute", share(), settings.queue());
        encoding = new FairWorkers("heed-encode", 1, settings.queue());
        queue = new PredictQueue(new NextWordPredictor(model), settings.queue(), metrics);
        generating = new GenerateRoute(model, turns, encoding, metrics);
        RecordingMemory memory = new RecordingMemory(Runtime.getRuntime().maxMemory() / 8);
        recorder = new Recorder(model, turns, encoding, settings.patience(), memory);
    }

    /** Divides the processors between the queue and the workers; returns the number of workers. */
    private int share() {
        int processors = Runtime.getRuntime().availableProcessors();
        boolean small = model.transformer().plan().size() < EngineThreads.WORTH_SHARING;
        EngineThreads.limit(small ? 1 : Math.max(1, processors / 2)); // for threads yet to start
        return small ? Math.max(1, processors - 1) : 1;
    }

    @Override
    public List<Route> routes() {
        List<Route> all = new ArrayList<>();
        all.add(Route.question("/api/predict", new PredictRoute(model, queue, turns, encoding)::answer));
        all.add(Route.question("/api/attention", new AttentionRoute(recorder)::answer));
        all.add(Route.question("/api/trace", new TraceRoute(recorder)::answer));
        all.add(Route.question("/api/compare", new CompareRoute(recorder)::answer));
        all.add(Route.question("/api/generate", generating::answer));
        all.add(Route.get("/healthz", Access.OPEN, Reply.json(facts)));
        ModelPage.files().forEach((path, asset) -> all.add(Route.file(path, asset)));
        return all;
    }

    @Override
    public List<Collector> collectors() {
        return metrics.collectors();
    }

    @Override
    public void stop() {
        generating.stop();
    }

    @Override
    public void close() {
        encoding.close();
        turns.close();
        queue.close();
    }
}
