package io.heed.config;

import io.heed.HeedException;
import io.heed.Home;
import io.heed.checkpoint.StoredModel;
import java.nio.file.Path;

/** The model that {@code model.from} names, to go on from. */
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

    /** What is to be said of a model to go on from that has no tokenizer, where none is named. */
    public static String noTokenizer(String from) {
        return "%s has no tokenizer, without which it reads no text; name the file of one as tokenizer.file"
                .formatted(from);
    }
}
