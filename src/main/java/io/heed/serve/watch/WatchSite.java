package io.heed.serve.watch;

import io.heed.inspect.page.AttentionPage;
import io.heed.inspect.page.ScriptBundle;
import io.heed.serve.Asset;
import io.heed.serve.Reply;
import io.heed.serve.Route;
import io.heed.serve.Route.Access;
import io.heed.serve.Site;
import io.heed.watch.LiveRun;
import io.heed.watch.RunFeed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The page of a run: its events as they happen, and what a viewer may ask of it. */
public final class WatchSite implements Site {

    private final String name;
    private final boolean controls;
    private final EventsRoute events;
    private final ControlRoute control;

    private WatchSite(String name, RunFeed feed, @Nullable LiveRun run) {
        this.name = name;
        controls = run != null;
        events = new EventsRoute(feed);
        control = new ControlRoute(feed, run);
    }

    /**
     * Returns the site of a run that this program trains.
     *
     * @param name the name of the model
     */
    public static WatchSite of(String name, LiveRun run) {
        return new WatchSite(name, run.feed(), run);
    }

    /**
     * Returns the site of a run that can only be looked at.
     *
     * @param name the name of the model
     * @param feed what happened in it
     */
    public static WatchSite of(String name, RunFeed feed) {
        return new WatchSite(name, feed, null);
    }

    /**
     * Which run is shown.
     *
     * @param status {@code ok}
     * @param model the name of the model
     * @param controls whether viewers may change the run
     * @param viewers how many watch
     */
    record ShownRun(String status, String model, boolean controls, int viewers) {}

    @Override
    public List<Route> routes() {
        return List.of(
                Route.stream("/api/events", events::answer),
                Route.question("/api/control", control::answer),
                Route.get(
                        "/healthz",
                        Access.OPEN,
                        response -> Reply.json(new ShownRun("ok", name, controls, events.viewers()))
                                .send(response)),
                Route.file("/", Asset.of(RunFeed.class, "watch.html")),
                Route.file("/openapi.json", Asset.of(WatchSite.class, "openapi.json")),
                Route.file("/page/icon.svg", Asset.icon()),
                Route.file("/page/page.css", Asset.of(AttentionPage.class, "page.css")),
                Route.file("/page/first.css", Asset.of(AttentionPage.class, "first.css")),
                Route.file("/page/watch.css", Asset.of(RunFeed.class, "watch.css")),
                Route.file("/page/watch.js", Asset.of("watch.js", ScriptBundle.of(RunFeed.class, "watch.js"))));
    }

    @Override
    public void stop() {
        events.stop();
    }

    @Override
    public void close() {
        // it has no threads: each viewer has one of the server's
    }
}
