package io.heed.cli.options;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Whether to watch a run while it trains, and where. */
@SuppressWarnings("NullAway.Init")
public final class WatchChoice {

    /** How many frames a run keeps that is watched, unless its configuration says so. */
    public static final int FRAMES = 24;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--watch",
            description =
                    "Show on a page of this machine how the model learns; the page can also pause and change the run.")
    private boolean wanted;

    @Option(
            names = "--watch-port",
            paramLabel = "N",
            description = "The port of that page; 0 takes a free one. Default: 8090, or a free one if that is in use.")
    private @Nullable Integer port;

    @Option(names = "--no-browser", description = "Print the page's address alone, and open no browser.")
    private boolean noBrowser;

    /**
     * Whether there is to be a page.
     *
     * @throws ParameterException if the options do not go together
     */
    public boolean wanted() {
        if (!wanted && (port != null || noBrowser)) {
            throw new ParameterException(
                    spec.commandLine(), (noBrowser ? "--no-browser" : "--watch-port") + " goes with --watch");
        }
        if (port != null && (port < 0 || port > 65535)) {
            throw new ParameterException(spec.commandLine(), "--watch-port: %d is not from 0 to 65535".formatted(port));
        }
        return wanted;
    }

    /** The port of the page; null if none is named. */
    public @Nullable Integer port() {
        return port;
    }

    /** Whether to open the page in the browser. */
    public boolean opens() {
        return !noBrowser;
    }
}
