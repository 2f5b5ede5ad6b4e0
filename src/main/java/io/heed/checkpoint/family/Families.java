package io.heed.checkpoint.family;

import io.heed.HeedException;
import io.heed.model.shape.ModelConfig;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Finds the {@link Family} of a shape or of a folder. */
public final class Families {

    /** All supported families. */
    private static final List<Family> ALL = List.of(
            new Gpt2(),
            new HeedEncoderDecoder(),
            new Llama(),
            new Mistral(),
            new Qwen2(),
            new Qwen3(),
            new GptNeoX(),
            new HeedDecoder());

    private Families() {}

    /** The family of a shape. */
    public static Family of(ModelConfig config) {
        return ALL.stream().filter(family -> family.has(config)).findFirst().orElseThrow();
    }

    /**
     * The family of a {@code model_type}.
     *
     * @throws java.util.NoSuchElementException if there is none
     */
    public static Family of(String type) {
        return named(type).orElseThrow();
    }

    private static Optional<Family> named(String type) {
        return ALL.stream().filter(family -> family.type().equals(type)).findFirst();
    }

    /**
     * The family of a config.json.
     *
     * @throws HeedException if it belongs to none
     */
    public static Family of(JsonNode root, Path file) {
        String known = ALL.stream().map(Family::type).collect(Collectors.joining(", "));
        String type = root.path("model_type").asString("");
        if (root.path("model_type").isMissingNode() || root.path("model_type").isNull()) {
            throw new HeedException("%s: model_type is missing; Heed reads %s".formatted(file, known));
        }
        return named(type)
                .orElseThrow(() -> new HeedException("%s: model_type \"%s\" is not supported; Heed reads %s"
                        .formatted(file, Visible.text(type), known)));
    }
}
