package io.heed.run;

import io.heed.checkpoint.LanguageModel;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.model.Transformer;
import io.heed.text.Visible;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the README.md of a model: what it is, what it was trained on and how. */
final class ModelCard {

    /** The metadata that a model hub reads. */
    private static final String CONTINUES = """
            library_name: transformers
            pipeline_tag: text-generation
            tags: [gpt2, heed]""";

    private static final String TRANSLATES = """
            pipeline_tag: translation
            tags: [heed]""";

    private static final Pattern BACKTICKS = Pattern.compile("`+");

    private ModelCard() {}

    static String of(RunConfig config, String command, LanguageModel model, RunState state) {
        String yaml = ConfigReader.write(config);
        String fence = backticks(yaml, 3);
        Transformer transformer = model.transformer();
        return """
                ---
                %s
                ---
                # %s

                A transformer%s of %d layers, %d heads and width %d (%,d trained parameters), trained with Heed
                on %s for %d of %d steps%s.
                %s
                It was made by %s, with this configuration:

                %syaml
                %s%s
                """.formatted(
                transformer.config().translates() ? TRANSLATES : CONTINUES,
                config.name(),
                transformer.config().translates() ? " with encoder and decoder, each" : "",
                transformer.config().layers(),
                transformer.config().heads(),
                transformer.config().width(),
                transformer.trainedParameters(),
                config.data().train().stream().map(ModelCard::code).collect(Collectors.joining(", ")),
                state.step(),
                config.training().steps(),
                config.model().from().isEmpty()
                        ? ""
                        : ", starting from %s".formatted(code(config.model().from())),
                losses(state.last()) + changes(state.changes()),
                code(command),
                fence,
                yaml,
                fence);
    }

    private static String losses(Progress.@Nullable Evaluation last) {
        return last == null ? "" : """

                | | loss, nats per token |
                | --- | --- |
                | training | %.4f |
                | validation | %.4f |
                """.formatted(last.trainingLoss(), last.validationLoss());
    }

    /** Says that somebody changed the run, so that its configuration is not all. */
    private static String changes(List<RunChange> changes) {
        return changes.isEmpty()
                ? ""
                : changes.stream()
                        .map(RunChange::toString)
                        .collect(Collectors.joining("; ", "\nIt was changed by hand while it trained: ", ".\n"));
    }

    /**
     * Returns a name or a command as inline Markdown code, whatever its content: on one line, between more backticks
     * than it has in a row.
     */
    static String code(String text) {
        String shown = Visible.text(text);
        String marks = backticks(shown, 1);
        return marks.length() == 1 ? "`" + shown + "`" : marks + " " + shown + " " + marks;
    }

    /** Returns more backticks than a text has in a row, and at least {@code least}. */
    private static String backticks(String text, int least) {
        int longest = BACKTICKS
                .matcher(text)
                .results()
                .mapToInt(found -> found.end() - found.start())
                .max()
                .orElse(0);
        return "`".repeat(Math.max(least, longest + 1));
    }
}
