package io.heed.cli.options;

import io.heed.HeedException;
import io.heed.config.ConfigReader;
import io.heed.predict.evaluation.Evaluator;
import io.heed.text.DataFormat;
import io.heed.text.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How texts are read in order to be scored. */
@SuppressWarnings("NullAway.Init") // fields are set by picocli
public final class ScoringChoice {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--stride",
            paramLabel = "N",
            description =
                    "Number of tokens by which the window moves; each token past the first window then has more than the"
                            + " context less N tokens before it. Default: half the context.")
    private @Nullable Integer stride;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "Whether each line is a text of its own (lines) or the file is one text (stream). Default: as the"
                            + " model was trained.")
    private @Nullable DataFormat format;

    /** Whether any of it is given. */
    public boolean given() {
        return stride != null || format != null;
    }

    /** The number of tokens by which the window moves. */
    public int stride(int context) {
        int step = stride == null ? Evaluator.defaultStride(context) : stride;
        if (step < 1 || step > context) {
            throw new ParameterException(
                    spec.commandLine(), "--stride: %d is not from 1 to the context of %d".formatted(step, context));
        }
        return step;
    }

    /** What a line end means to a model that continues texts: unless that is given, as the configuration beside it says. */
    public DataFormat format(Path folder, Tokenizer tokenizer) {
        if (format == DataFormat.PAIRS) {
            throw new ParameterException(
                    spec.commandLine(), "--format: pairs are for translation models; this one continues texts");
        }
        return format == null ? usual(folder, tokenizer) : format;
    }

    /** Returns the format in the configuration beside a model that Heed trained; without one, lines if the tokenizer has an end mark. */
    public static DataFormat usual(Path folder, Tokenizer tokenizer) {
        Path config = folder.resolve("training/config.yaml");
        if (Files.isRegularFile(config)) {
            try {
                return ConfigReader.readLeft(config).data().format();
            } catch (HeedException e) {
                // of another version: treated as missing
            }
        }
        return tokenizer.sentenceMarks().end().isPresent() ? DataFormat.LINES : DataFormat.STREAM;
    }
}
