package io.heed.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.HeedException;
import io.heed.serve.Route.Access;
import io.heed.serve.Route.Kind;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.QoSHandler;

/** A site on a port of this machine: who may ask, how much and for how long, and what is answered where something is wrong. */
public final class Server implements AutoCloseable {

    /** The share of Javalin's 250 threads that answer questions. */
    private static final int ANSWERED_AT_ONCE = 150;

    private static final byte[] NOTHING = {};

    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final Site site;
    private final ServeSettings settings;
    private final Consumer<Throwable> log;
    private final Metrics metrics;
    private final Gate gate;
    private final DisconnectWatch departures = new DisconnectWatch();
    private final AtomicInteger answering = new AtomicInteger();
    private final List<Route> routes;
    private final Set<String> paths;
    private final Javalin javalin;

    /**
     * Starts.
     *
     * @param site what is served; closed with the server
     * @param log receives failures that are no request's fault
     * @throws HeedException if it cannot listen on the address
     */
    public Server(Site site, ServeSettings settings, Consumer<Throwable> log) {
        this.site = site;
        this.settings = settings;
        this.log = log;
        metrics = new Metrics(site.collectors());
        routes = Stream.concat(site.routes().stream(), Stream.of(Route.get("/metrics", Access.TOKEN, this::tell)))
                .toList();
        paths = paths(any -> true);
        gate = new Gate(
                new Guard(settings),
                new Body(
                        settings.largestBody(),
                        settings.patience(),
                        Runtime.getRuntime().maxMemory() / 16),
                paths(route -> route.access() == Access.OPEN),
                paths(route -> route.kind() == Kind.QUESTION),
                metrics);
        javalin = Javalin.create(this::configure);
        try {
            javalin.start();
        } catch (HeedException e) {
            closeThreads();
            throw e;
        }
    }

    /** Checks the address before anything starts that would log its failure at length. */
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

    private void tell(HttpServletResponse response) throws IOException, InterruptedException {
        Reply.of(Metrics.TYPE, metrics.text().getBytes(UTF_8)).send(response);
    }

    private Set<String> paths(Predicate<Route> which) {
        return routes.stream().filter(which).map(Route::path).collect(Collectors.toUnmodifiableSet());
    }

    private void answer(Context context, Route route) throws IOException, InterruptedException {
        Object question = Objects.requireNonNullElse(context.req().getAttribute(Gate.BODY), NOTHING);
        boolean stream = route.kind() == Kind.STREAM;
        answering.incrementAndGet();
        try (Call call = stream ? new Call() : new Call(settings.patience())) {
            Reply answer;
            departures.watch(context.req(), call);
            try {
                answer = route.source().to((byte[]) question, call).join();
                if (stream) {
                    answer.send(context.res());
                    return;
                }
            } finally {
                departures.forget(call);
            }
            answer.send(context.res());
        } finally {
            answering.decrementAndGet();
        }
    }

    /** Returns whether an answer is being computed or sent. */
    public boolean isAnswering() {
        return answering.get() > 0;
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
            server.insertHandler(waiting());
            server.insertHandler(gate);
            server.setStopTimeout(FAREWELL.toMillis());
        });
        config.jetty.modifyServletContextHandler(handler -> handler.setErrorHandler(refusal));
        config.requestLogger.http((context, milliseconds) ->
                metrics.answered(known(context.path()), context.statusCode(), milliseconds / 1000));
        configureRoutes(config);
        config.router.javaLangErrorHandler(this::fail);
    }

    private void configureRoutes(JavalinConfig config) {
        routes.forEach(route -> {
            Handler handler = context -> answer(context, route);
            route.kind()
                    .methods()
                    .forEach(method ->
                            config.routes.addHttpHandler(HandlerType.findOrCreate(method), route.path(), handler));
        });
        config.routes.exception(Problem.class, (problem, context) -> problem.end(context.res()));
        config.routes.exception(
                HeedException.class,
                (e, context) -> new Problem(400, String.valueOf(e.getMessage())).end(context.res()));
        config.routes.exception(
                HttpResponseException.class,
                (e, context) -> unrouted(e, context).end(context.res()));
        config.routes.exception(
                IOException.class, (e, context) -> Problem.cutOff(context.res())); // the client has gone
        config.routes.exception(Exception.class, (e, context) -> fail(context, e));
    }

    /** Returns the label of a path among the metrics: a client cannot invent new ones. */
    private String known(String path) {
        return paths.contains(path) ? path : "none";
    }

    /** Limits the questions answered at once, so that threads are left for everything else; others wait without one. */
    private QoSHandler waiting() {
        QoSHandler waiting = new QoSHandler();
        waiting.includePath("/api/*");
        waiting.setMaxRequestCount(ANSWERED_AT_ONCE);
        waiting.setMaxSuspendedRequestCount(settings.queue());
        waiting.setMaxSuspend(settings.patience());
        return waiting;
    }

    private Problem unrouted(HttpResponseException e, Context context) {
        Set<String> methods = routes.stream()
                .filter(route -> route.path().equals(context.path()))
                .flatMap(route -> route.kind().methods().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        if (methods.isEmpty()) {
            return new Problem(
                    e.getStatus() == 405 ? 404 : e.getStatus(),
                    "there is nothing here; /openapi.json lists what there is");
        }
        return new Problem(405, "use " + String.join(" or ", methods), "Allow", String.join(", ", methods));
    }

    private void fail(Context context, Exception failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        log.accept(cause);
        Problem.of(cause).end(context.res());
    }

    private void fail(HttpServletResponse response, Error failure) {
        log.accept(failure);
        if (!response.isCommitted()) {
            Problem.of(failure).send(response);
        }
    }

    /** Returns every method of every path. */
    List<Route> served() {
        return routes;
    }

    /** Returns the address of the page. */
    public String address() {
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return "http://%s:%d/".formatted(host, javalin.port());
    }

    /** Accepts no more requests, and ends when those in progress are answered, or after a few seconds. */
    @Override
    public void close() {
        site.stop();
        try {
            javalin.jettyServer().server().stop();
        } catch (Exception e) {
            log.accept(new HeedException(
                    "answers not finished within %d s are cut off".formatted(FAREWELL.toSeconds()), e));
        }
        closeThreads();
    }

    private void closeThreads() {
        departures.close();
        site.close();
    }
}
