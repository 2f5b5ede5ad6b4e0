package io.heed.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.kernels.EngineThreads;
import io.heed.predict.NextWordPredictor;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.ServerConnector;

/** One model's page and API, on a port of this machine. */
public final class Server implements AutoCloseable {

    /** What answers one method of one path. */
    record Route(HandlerType method, String path, Access access, Handler handler) {}

    /** Whether a token is needed, where the server has one: not for the page itself, which asks for it. */
    enum Access {
        OPEN,
        TOKEN
    }

    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final LanguageModel model;

    private final String name;
    private final ServeSettings settings;
    private final Consumer<Throwable> log;
    private final Metrics metrics = new Metrics();
    private final Guard guard;
    private final Body body;
    private final PredictQueue queue;
    private final Generating generating;
    private final Predicting predicting;
    private final Looking looking;
    private final List<Route> routes;
    private final Set<String> paths;
    private final Set<String> open;
    private final Javalin javalin;

    /**
     * Starts.
     *
     * @param model stays the caller's to close, after the server
     * @param name what the page calls the model
     * @param log is told of failures that are no request's fault
     * @throws HeedException if the address cannot be listened on
     */
    public Server(LanguageModel model, String name, ServeSettings settings, Consumer<Throwable> log) {
        this.model = model;
        this.name = name;
        this.settings = settings;
        this.log = log;
        Turns turns = new Turns(share(), settings.patience());
        guard = new Guard(settings);
        body = new Body(settings.largestBody(), settings.patience());
        queue = new PredictQueue(new NextWordPredictor(model), settings.queue(), metrics);
        generating = new Generating(model, turns, metrics, settings.patience());
        predicting = new Predicting(model, queue, settings.patience());
        looking = new Looking(model, turns);
        routes = routes();
        paths = routes.stream().map(Route::path).collect(Collectors.toUnmodifiableSet());
        open = routes.stream()
                .filter(route -> route.access == Access.OPEN)
                .map(Route::path)
                .collect(Collectors.toUnmodifiableSet());
        javalin = Javalin.create(this::configure);
        try {
            javalin.start();
        } catch (HeedException e) {
            queue.close();
            throw e;
        }
    }

    /** Before anything else is started, which would log at length that it could not. */
    private void listen(ServerConnector connector) {
        try {
            connector.open();
        } catch (IOException e) {
            throw new HeedException(
                    "cannot listen on %s, port %d: it is in use, not this machine's or not allowed; choose another with --host or --port"
                            .formatted(settings.host(), settings.port()),
                    e);
        }
    }

    /** Divides the processors between who reads for next words, and turns; says how many turns there are at once. */
    private int share() {
        int processors = Runtime.getRuntime().availableProcessors();
        boolean small = model.weights() < EngineThreads.WORTH_SHARING;
        EngineThreads.limit(small ? 1 : Math.max(1, processors / 2)); // of threads yet to start
        return small ? Math.max(1, processors - 1) : 1;
    }

    private List<Route> routes() {
        List<Route> all = new ArrayList<>();
        all.add(new Route(
                HandlerType.POST, "/api/predict", Access.TOKEN, c -> json(c, predicting.answer(body.of(c.req())))));
        all.add(new Route(
                HandlerType.POST, "/api/attention", Access.TOKEN, c -> json(c, looking.answer(body.of(c.req())))));
        all.add(new Route(
                HandlerType.POST, "/api/generate", Access.TOKEN, c -> generating.answer(body.of(c.req()), c.res())));
        all.add(new Route(HandlerType.GET, "/healthz", Access.OPEN, c -> json(c, facts())));
        all.add(new Route(
                HandlerType.GET,
                "/metrics",
                Access.TOKEN,
                c -> c.contentType(Metrics.TYPE).result(metrics.text().getBytes(UTF_8))));
        Assets.all()
                .forEach((path, asset) -> all.add(new Route(HandlerType.GET, path, Access.OPEN, c -> {
                    c.header("Cache-Control", "no-cache");
                    c.contentType(asset.type()).result(asset.bytes());
                })));
        return List.copyOf(all);
    }

    private Map<String, Object> facts() {
        var config = model.transformer().config();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("status", "ok");
        facts.put("model", name);
        facts.put("layers", config.layers());
        facts.put("heads", config.heads());
        facts.put("context", config.context());
        facts.put("vocabulary", model.tokenizer().size());
        return facts;
    }

    private static void json(Context context, Map<String, Object> answer) {
        context.contentType("application/json").result(Json.bytes(answer));
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.prefer405over404 = true;
        config.router.ignoreTrailingSlashes = false;
        config.http.maxRequestSize = settings.largestBody();
        config.jetty.addConnector((server, http) -> {
            ServerConnector connector =
                    new ServerConnector(server, new org.eclipse.jetty.server.HttpConnectionFactory(http));
            connector.setHost(settings.host());
            connector.setPort(settings.port());
            listen(connector);
            return connector;
        });
        Refusal refusal = new Refusal(metrics);
        config.jetty.modifyServer(server -> {
            server.setErrorHandler(refusal);
            server.setStopTimeout(FAREWELL.toMillis());
        });
        config.jetty.modifyServletContextHandler(handler -> handler.setErrorHandler(refusal));
        config.requestLogger.http((context, milliseconds) ->
                metrics.answered(known(context.path()), context.statusCode(), milliseconds / 1000));
        config.routes.before(context -> guard.check(context, isOpen(context.path())));
        routes.forEach(route -> config.routes.addHttpHandler(route.method, route.path, route.handler));
        config.routes.exception(Problem.class, (problem, context) -> tell(context, problem));
        config.routes.exception(
                HeedException.class, (e, context) -> tell(context, new Problem(400, String.valueOf(e.getMessage()))));
        config.routes.exception(HttpResponseException.class, (e, context) -> tell(context, unrouted(e, context)));
        config.routes.exception(IOException.class, (e, context) -> {}); // the client has gone
        config.routes.exception(Exception.class, (e, context) -> fail(context, e));
        config.router.javaLangErrorHandler((response, e) -> {
            log.accept(e);
            response.setStatus(500);
        });
    }

    /** The label of a path among the metrics: a client cannot make new ones up. */
    private String known(String path) {
        return paths.contains(path) ? path : "none";
    }

    /** By the path as it was sent: what is only made into an open one later needs the token. */
    private boolean isOpen(String path) {
        return open.contains(path);
    }

    private Problem unrouted(HttpResponseException e, Context context) {
        Set<String> methods = routes.stream()
                .filter(route -> route.path.equals(context.path()))
                .map(route -> route.method.name())
                .collect(Collectors.toCollection(TreeSet::new));
        if (methods.isEmpty()) {
            return new Problem(
                    e.getStatus() == 405 ? 404 : e.getStatus(),
                    "there is nothing here; /openapi.json tells what there is");
        }
        return new Problem(405, "use " + String.join(" or ", methods), "Allow", String.join(", ", methods));
    }

    private void fail(Context context, Throwable failure) {
        log.accept(failure);
        tell(context, new Problem(500, "the server failed; it tells why where it was started"));
    }

    private static void tell(Context context, Problem problem) {
        if (context.res().isCommitted()) {
            return; // half of an answer is out already
        }
        if (!problem.header().isEmpty()) {
            context.header(problem.header(), problem.headerValue());
        }
        context.status(problem.status()).contentType(Problem.TYPE).result(problem.json());
    }

    /** Every method of every path. */
    List<Route> served() {
        return routes;
    }

    /** Where the page is. */
    public String address() {
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return "http://%s:%d/".formatted(host, javalin.port());
    }

    /** Takes no more requests, and ends when those that came are answered, or after a few seconds. */
    @Override
    public void close() {
        generating.stop();
        try {
            javalin.jettyServer().server().stop();
        } catch (Exception e) {
            log.accept(new HeedException(
                    "what was not answered within %d s is cut off".formatted(FAREWELL.toSeconds()), e));
        }
        queue.close();
    }
}
