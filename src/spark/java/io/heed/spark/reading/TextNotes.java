package io.heed.spark.reading;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.options.Passages;
import io.heed.text.tokenizer.Encoded;
import java.io.PrintWriter;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * What tasks note about the texts that they encode.
 *
 * @param cut how many are longer than the model's context
 * @param unknown how many have words that the model does not know
 */
record TextNotes(LongAccumulator cut, LongAccumulator unknown) implements Serializable {

    TextNotes(SparkContext context) {
        this(context.longAccumulator(), context.longAccumulator());
    }

    /**
     * Encodes the texts of a block.
     *
     * @throws HeedException naming the text that has no token
     */
    List<Encoded> encoded(LanguageModel model, TextBlock block) {
        List<Encoded> all = new ArrayList<>();
        for (int i = 0; i < block.texts().size(); i++) {
            try {
                Encoded encoded = model.encode(block.texts().get(i));
                cut.add(encoded.length() > model.context() ? 1 : 0);
                unknown.add(encoded.unknown().isEmpty() ? 0 : 1);
                all.add(encoded);
            } catch (HeedException e) {
                throw new HeedException("text %d: %s".formatted(block.first() + i, e.getMessage()), e);
            }
        }
        return all;
    }

    /** Prints them. */
    void print(PrintWriter err, int context) {
        Passages.note(cut.sum(), unknown.sum(), context, err);
    }
}
