package io.heed.cli.options;

import io.heed.Home;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.terminal.Bar;
import io.heed.cli.terminal.BarLine;
import io.heed.inspect.circuit.CircuitAlone;
import io.heed.inspect.circuit.NodeMeans;
import io.heed.inspect.circuit.graph.Circuit;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.model.Head;
import io.heed.model.WeightNumbers;
import io.heed.model.shape.ModelConfig;
import io.heed.predict.ModelPart;
import io.heed.predict.evaluation.EvaluationReport;
import io.heed.predict.evaluation.Evaluator;
import io.heed.text.DataFormat;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that take something away from a model. */
@SuppressWarnings("NullAway.Init")
public final class PartChoice {

    private static final Pattern HEAD = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--without",
            paramLabel = "HEADS",
            split = ",",
            description =
                    "Predict without these heads, too, and compare: LAYER.HEAD, as in 1.0,1.1. Their outputs are zero at"
                            + " every position.")
    private List<String> without = List.of();

    @Option(
            names = "--only",
            paramLabel = "CIRCUIT",
            description =
                    "Predict with a circuit alone, too, and compare: a file of heed circuit --out. Of all parts without an"
                            + " edge to it, an input reads what they add on average, position by position.")
    private @Nullable Path only;

    @Option(
            names = "--means",
            paramLabel = "TEXTS",
            description = "With --only, the file of texts that these averages are over.")
    private @Nullable Path means;

    /** Whether something is to be taken away. */
    public boolean given() {
        if (only == null && means != null) {
            throw misused("--means: there are means only with --only");
        }
        if (only != null && !without.isEmpty()) {
            throw misused("give either --without or --only");
        }
        return only != null || !without.isEmpty();
    }

    /**
     * What is left of a model.
     *
     * @param format what a line end means in the texts that means are over
     * @param stride the number of tokens by which the window moves over them
     * @param texts these texts, unless others are given; may be none
     */
    public ModelPart of(LanguageModel model, DataFormat format, int stride, List<Path> texts) {
        ModelConfig config = model.transformer().config();
        WeightNumbers.requireIn(model.transformer());
        if (only == null) {
            return ModelPart.without(heads(config), config);
        }
        List<Path> averaged = means == null ? texts : List.of(Home.find(means));
        if (averaged.isEmpty()) {
            throw misused("--only: a single text has no average; give texts like it with --means FILE");
        }
        Graph graph = new Graph(config);
        BitSet edges = Circuit.read(Home.find(only), graph).in(graph);
        NodeMeans gathered = gathered(model, graph, format, stride, averaged);
        ModelPart.Alone alone = new ModelPart.Alone(
                only.toString(),
                edges.cardinality(),
                graph.size(),
                averaged.stream().map(Path::toString).toList(),
                gathered.tokens(),
                gathered.positions());
        return new ModelPart(List.of(), alone, new CircuitAlone(graph, edges, gathered));
    }

    private NodeMeans gathered(LanguageModel model, Graph graph, DataFormat format, int stride, List<Path> texts) {
        NodeMeans gathered = new NodeMeans(graph);
        long bytes = texts.stream().mapToLong(EvaluationReport::size).sum();
        try (Bar bar = new Bar(spec.commandLine().getErr(), new BarLine("averaging", 0, bytes, " KiB", 1024));
                Evaluator reader = new Evaluator(model, gathered, format, stride)) {
            long before = 0;
            for (Path text : texts) {
                long done = before;
                reader.evaluate(text, read -> bar.stepTo(done + read));
                before += EvaluationReport.size(text);
            }
        }
        return gathered;
    }

    private Set<Head> heads(ModelConfig config) {
        Set<Head> heads = new LinkedHashSet<>();
        for (String name : without) {
            Matcher parts = HEAD.matcher(name);
            if (!parts.matches()) {
                throw misused("--without: “%s” is not LAYER.HEAD, as in 1.0".formatted(Visible.text(name)));
            }
            Head head = new Head(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
            if (head.layer() >= config.layers() || head.head() >= config.heads()) {
                throw misused("--without: the model has no head %s; it has 0.0 to %d.%d"
                        .formatted(name, config.layers() - 1, config.heads() - 1));
            }
            if (!heads.add(head)) {
                throw misused("--without: head %s is given twice".formatted(name));
            }
        }
        return heads;
    }

    private ParameterException misused(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
