package io.heed.config;

import io.heed.HeedException;
import io.heed.Home;
import io.heed.checkpoint.StoredModel;
import java.nio.file.Path;

/** Opens the model that {@code model.from} names, to start a run from. */
public final class ModelFrom {

    private ModelFrom() {}

    /** Opens the model that {@code model.from} names. */
    public static StoredModel open(String from) {
        try {
            return StoredModel.open(Home.find(Path.of(from)));
        } catch (HeedException e) {
            throw new HeedException("model.from: " + e.getMessage(), e);
        }
    }

    /** The message for a model without a tokenizer if {@code tokenizer.file} names none. */
    public static String noTokenizer(String from) {
        return "%s has no tokenizer, so it cannot read text; name a tokenizer's file with tokenizer.file"
                .formatted(from);
    }
}
