package io.heed.cli;

import io.heed.checkpoint.LanguageModel;
import io.heed.text.Encoded;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The ids of tokens in place of a text. */
final class IdsOption {

    @Option(
            names = "--ids",
            paramLabel = "LIST",
            split = ",",
            description = "Tokens by their ids, as in 1,5,9, in place of TEXT; for models without a tokenizer.")
    private long @Nullable [] ids;

    /** Whether ids were given. */
    boolean given() {
        return ids != null;
    }

    /** The ids as a text that names them. */
    String text() {
        return Arrays.stream(all()).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    /** The last of the ids that the model can read. */
    Encoded read(LanguageModel model) {
        return model.encoded(all()).last(model.context());
    }

    private long[] all() {
        return ids == null ? LongStream.empty().toArray() : ids;
    }
}
