package io.heed.cli.options;

import io.heed.checkpoint.LanguageModel;
import io.heed.text.tokenizer.Encoded;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Token ids in place of a text. */
public final class IdsOption {

    @Option(
            names = "--ids",
            paramLabel = "LIST",
            split = ",",
            description = "Token ids, as in 1,5,9, instead of TEXT; for models without a tokenizer.")
    private long @Nullable [] ids;

    /** Returns whether ids were given. */
    public boolean given() {
        return ids != null;
    }

    /** Returns the ids as a text that lists them. */
    public String text() {
        return Arrays.stream(all()).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    /** Returns all ids. */
    public Encoded whole(LanguageModel model) {
        return model.encoded(all());
    }

    /** Returns the last ids that fit the context, and warns if there are more. */
    public Encoded read(LanguageModel model, PrintWriter err) {
        return Prompts.last(model, whole(model), err);
    }

    private long[] all() {
        return ids == null ? LongStream.empty().toArray() : ids;
    }
}
