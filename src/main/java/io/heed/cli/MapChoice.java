package io.heed.cli;

import io.heed.inspect.Recording;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose one head to be drawn on the terminal. */
@SuppressWarnings("NullAway.Init")
final class MapChoice {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--layer", paramLabel = "N", description = "Draw the map of a head of this layer.")
    private @Nullable Integer layer;

    @Option(names = "--head", paramLabel = "N", description = "Draw the map of this head.")
    private @Nullable Integer head;

    /** Whether a map is to be drawn. */
    boolean chosen() {
        return layer != null || head != null;
    }

    /** The layer, the last one by default. */
    int layer(Recording recording) {
        return layer == null ? recording.layers() - 1 : layer;
    }

    /** The head, the first one by default. */
    int head() {
        return head == null ? 0 : head;
    }

    /** Checks that the model has such a head. */
    void check(Recording recording) {
        within("--layer", layer, recording.layers(), "layers");
        within("--head", head, recording.heads(), "heads");
    }

    private void within(String option, @Nullable Integer value, int count, String what) {
        if (value != null && (value < 0 || value >= count)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s: %d is not from 0 to %d; the model has %d %s".formatted(option, value, count - 1, count, what));
        }
    }
}
