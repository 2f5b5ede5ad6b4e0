package io.heed.cli.live;

import io.heed.cli.options.WatchChoice;
import io.heed.cli.print.TrainingPrinter;
import io.heed.cli.program.Failures;
import io.heed.cli.terminal.DesktopBrowser;
import io.heed.serve.watch.WatchSite;
import io.heed.train.TrainingRun;
import io.heed.watch.LiveRun;
import io.heed.watch.PageAddress;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A run that is trained here while its page shows it, and that starts over if somebody there asks for it. */
public final class WatchedTraining implements AutoCloseable {

    private final LiveRun live;
    private final LocalPage page;
    private final BooleanSupplier interrupted;

    /**
     * Starts the page, says where it is and opens it.
     *
     * @param name the name of the model
     * @param printer told how the run progresses
     */
    public WatchedTraining(String name, WatchChoice choice, TrainingPrinter printer, BooleanSupplier interrupted) {
        this.interrupted = interrupted;
        live = new LiveRun(printer, interrupted);
        page = new LocalPage(
                WatchSite.of(name, live),
                choice.port(),
                "--watch-port",
                failure -> printer.warned("the page: " + Failures.sentence(failure)));
        live.shownAt(PageAddress.of(page.address()));
        printer.watched(page.address());
        if (choice.opens()) {
            DesktopBrowser.open(page.address());
        }
    }

    /**
     * Trains.
     *
     * @param first trains the run
     * @param again trains it anew with a seed
     */
    public TrainingRun.Result run(
            Function<LiveRun, TrainingRun.Result> first, BiFunction<LiveRun, Long, TrainingRun.Result> again) {
        TrainingRun.Result result = first.apply(live);
        OptionalLong seed = live.control().takeRestart();
        while (seed.isPresent() && !interrupted.getAsBoolean()) {
            live.restart();
            result = again.apply(live, seed.getAsLong());
            seed = live.control().takeRestart();
        }
        return result;
    }

    /** Lets viewers read to the end, and closes the page. */
    @Override
    public void close() {
        live.end();
        page.close();
    }
}
