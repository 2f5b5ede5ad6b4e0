package io.heed.checkpoint;

import io.heed.text.Visible;
import java.util.Optional;

/** Checks the name of a model, which names its folder. */
public final class ModelName {

    private ModelName() {}

    /**
     * Describes what is wrong with a name that leads to another folder, is hidden or has invisible characters; empty if
     * nothing is.
     */
    public static Optional<String> problem(String name) {
        boolean right = name.matches("[^/\\\\]+")
                && !name.startsWith(".")
                && Visible.text(name).equals(name);
        return right
                ? Optional.empty()
                : Optional.of(
                        "\"%s\" is not the name of a folder; leave out /, \\, a leading dot and invisible characters"
                                .formatted(Visible.text(name)));
    }
}
