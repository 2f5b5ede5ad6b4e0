package io.heed.cli.options;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Head;
import io.heed.model.WeightNumbers;
import io.heed.model.shape.ModelConfig;
import io.heed.predict.ModelPart;
import io.heed.text.Visible;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** Whether something is to be taken away. */
    public boolean given() {
        return !without.isEmpty();
    }

    /** What is left of a model. */
    public ModelPart of(LanguageModel model) {
        WeightNumbers.requireIn(model.transformer());
        return ModelPart.without(
                heads(model.transformer().config()), model.transformer().config());
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
