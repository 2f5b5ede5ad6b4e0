package io.heed.cli;

import io.heed.HeedException;
import io.heed.Home;
import io.heed.Json;
import io.heed.cli.live.LocalPage;
import io.heed.cli.program.Failures;
import io.heed.cli.terminal.DesktopBrowser;
import io.heed.cli.terminal.Interruption;
import io.heed.run.PastRun;
import io.heed.serve.watch.WatchSite;
import io.heed.text.Visible;
import io.heed.watch.FollowedRun;
import io.heed.watch.FrameFile;
import io.heed.watch.PageAddress;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed watch}: a run as it learns, or as it has learned, in the browser. */
@Command(
        name = "watch",
        description = "Show how a run learns, or has learned, on a page in the browser.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Opens the page of a run that heed train --watch trains now. Any other run is shown from the frames it keeps"
                    + " (training.frames), and followed while it trains, until Ctrl-C, with exit code 130.",
            "",
            "  heed train configs/toy.yaml --set name=mine --watch",
            "  heed watch models/mine"
        })
@SuppressWarnings("NullAway.Init")
final class WatchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "The folder of a run, such as models/mine.")
    private Path run;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "The port of the page; 0 takes a free one. Default: 8090, or a free one if that is in use.")
    private @Nullable Integer port;

    @Option(names = "--no-browser", description = "Print the address alone, and open no browser.")
    private boolean noBrowser;

    @Option(names = "--json", description = "Print the address as one JSON object.")
    private boolean json;

    /**
     * A page of a run.
     *
     * @param address its address
     * @param run the run's folder
     * @param controls whether it also controls the run, which another program trains and shows there
     */
    record Watched(String address, Path run, boolean controls) {}

    @Override
    public Integer call() throws InterruptedException {
        if (port != null && (port < 0 || port > 65535)) {
            throw new ParameterException(spec.commandLine(), "--port: %d is not from 0 to 65535".formatted(port));
        }
        Path folder = Home.find(run);
        if (!PastRun.isRun(folder)) {
            throw new HeedException((Files.isDirectory(folder)
                            ? "%s holds no run: it has no training/config.yaml; heed runs lists runs"
                            : "%s is not a folder; heed runs lists runs")
                    .formatted(folder));
        }
        String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        Optional<PageAddress> live = PageAddress.in(folder).filter(page -> LocalPage.answers(page, name));
        if (live.isPresent()) {
            announce(new Watched(live.get().address(), folder, true));
            return 0;
        }
        if (!FrameFile.isIn(folder)) {
            throw new HeedException(
                    "%s keeps no frames; train with --watch, or with --set training.frames=200".formatted(folder));
        }
        return follow(folder, name);
    }

    private int follow(Path folder, String name) throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        try (Interruption interruption = Interruption.orTermination();
                FollowedRun followed = new FollowedRun(folder);
                LocalPage page = new LocalPage(
                        WatchSite.of(name, followed.feed()),
                        port,
                        "--port",
                        e -> err.println("heed: " + Failures.sentence(e)))) {
            announce(new Watched(page.address(), folder, false));
            return interruption.await();
        }
    }

    private void announce(Watched page) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(page));
        } else {
            String how = page.controls ? "%s is being trained; its page is at %s" : "Showing %s at %s";
            out.println(how.formatted(Visible.text(page.run.toString()), page.address));
        }
        out.flush();
        if (!noBrowser) {
            DesktopBrowser.open(page.address);
        }
    }
}
