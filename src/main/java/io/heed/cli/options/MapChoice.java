package io.heed.cli.options;

import io.heed.HeedException;
import io.heed.inspect.Quantity;
import io.heed.inspect.TokenMaps;
import java.io.PrintWriter;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that choose a map to draw. */
@SuppressWarnings("NullAway.Init")
public final class MapChoice {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--map",
            paramLabel = "KIND",
            completionCandidates = Maps.class,
            converter = Maps.class,
            description = "What maps and pictures show: ${COMPLETION-CANDIDATES}. Default: attention.")
    private @Nullable Quantity kind;

    @Option(names = "--layer", paramLabel = "N", description = "Draw the map of this layer. Default: the last.")
    private @Nullable Integer layer;

    @Option(names = "--head", paramLabel = "N", description = "Draw the map of this head. Default: 0.")
    private @Nullable Integer head;

    /** What maps can show. */
    private static final class Maps implements Iterable<String>, ITypeConverter<Quantity> {

        @Override
        public Iterator<String> iterator() {
            return Quantity.maps().stream().map(Quantity::toString).iterator();
        }

        @Override
        public Quantity convert(String name) {
            return Quantity.maps().stream()
                    .filter(each -> each.toString().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "expected one of %s (case-insensitive) but was '%s'".formatted(Quantity.maps(), name)));
        }
    }

    /** Returns what maps show. */
    public Quantity kind() {
        return kind == null ? Quantity.ATTENTION : kind;
    }

    /** Returns whether a map is to be drawn in the terminal. */
    public boolean chosen() {
        return kind != null || layer != null || head != null;
    }

    /** Returns the layer, the last one by default. */
    public int layer(TokenMaps maps) {
        return layer == null ? maps.layers() - 1 : layer;
    }

    /** Returns the head, the first one by default. */
    public int head() {
        return head == null ? 0 : head;
    }

    /** Notes that there are maps of other heads, if none was chosen. */
    public void tell(TokenMaps maps, PrintWriter err) {
        if (head == null && kind().ofHeads() && maps.heads() > 1) {
            err.println("heed: this is head 0 of %d; --head chooses another".formatted(maps.heads()));
        }
    }

    /** Checks that a model of this many layers and heads has such a map. */
    public void check(int layers, int heads) {
        if (layer != null && !kind().ofLayers()) {
            throw misused("--layer: " + kind() + " goes through all layers");
        }
        if (head != null && !kind().ofHeads()) {
            throw misused("--head: " + kind() + " is of all heads together");
        }
        try {
            if (layer != null) {
                TokenMaps.check("layer", layer, layers);
            }
            if (head != null) {
                TokenMaps.check("head", head, heads);
            }
        } catch (HeedException e) {
            throw misused(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException misused(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
