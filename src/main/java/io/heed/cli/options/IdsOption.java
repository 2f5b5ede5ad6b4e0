package io.heed.cli.options;

import io.heed.checkpoint.LanguageModel;
import io.heed.text.tokenizer.Encoded;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The ids of tokens in place of a text. */
public final class IdsOption {

    @Option(
            names = "--ids",
            paramLabel = "LIST",
            split = ",",
            description = "Tokens by their ids, as in 1,5,9, in place of TEXT; for models without a tokenizer.")
    private long @Nullable [] ids;

    /** Whether ids were given. */
    public boolean given() {
        return ids != null;
    }

    /** The ids as a text that names them. */
    public String text() {
        return Arrays.stream(all()).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    /** All of them. */
    public Encoded whole(LanguageModel model) {
        return model.encoded(all());
    }

    /** The last of them that the model reads at once; says so where there are more. */
    public Encoded read(LanguageModel model, PrintWriter err) {
        return Prompts.last(model, whole(model), err);
    }

    private long[] all() {
        return ids == null ? LongStream.empty().toArray() : ids;
    }
}
