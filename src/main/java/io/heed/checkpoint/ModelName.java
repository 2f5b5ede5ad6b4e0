package io.heed.checkpoint;

import io.heed.text.Visible;
import java.util.Optional;

/** The name of a model: that of its folder among the models. */
public final class ModelName {

    private ModelName() {}

    /** Says what is wrong with a name that leads elsewhere, is hidden or cannot be seen as it is; nothing where it is right. */
    public static Optional<String> problem(String name) {
        boolean right = name.matches("[^/\\\\]+")
                && !name.startsWith(".")
                && Visible.text(name).equals(name);
        return right
                ? Optional.empty()
                : Optional.of(
                        "\"%s\" is not the name of a folder; leave out /, \\, a dot at the beginning and characters that"
                                        .formatted(Visible.text(name))
                                + " cannot be seen");
    }
}
