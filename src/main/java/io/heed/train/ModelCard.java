package io.heed.train;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Transformer;
import java.util.List;

/** The README.md of a model: what it is, what it was trained on and how. */
final class ModelCard {

    /** What a hub of models reads. */
    private static final String CONTINUES = """
            library_name: transformers
            pipeline_tag: text-generation
            tags: [gpt2, heed]""";

    private static final String TRANSLATES = """
            pipeline_tag: translation
            tags: [heed]""";

    private ModelCard() {}

    static String of(RunConfig config, String command, LanguageModel model, RunState state) {
        Transformer transformer = model.transformer();
        List<Progress.Evaluation> evaluations = state.evaluations();
        String losses = "";
        if (!evaluations.isEmpty()) {
            Progress.Evaluation last = evaluations.get(evaluations.size() - 1);
            losses = """

                    | | loss, nats a token |
                    | --- | --- |
                    | training | %.4f |
                    | validation | %.4f |
                    """.formatted(last.trainingLoss(), last.validationLoss());
        }
        return """
                ---
                %s
                ---
                # %s

                A transformer%s of %d layers, %d heads and width %d (%,d trained numbers), trained with Heed
                on %s for %d of %d steps%s.
                %s
                It was made by `%s`, which is this configuration:

                ```yaml
                %s```
                """.formatted(
                transformer.config().translates() ? TRANSLATES : CONTINUES,
                config.name(),
                transformer.config().translates() ? " with encoder and decoder, each" : "",
                transformer.config().layers(),
                transformer.config().heads(),
                transformer.config().width(),
                transformer.trainedParameters(),
                String.join(", ", config.data().train()),
                state.step(),
                config.training().steps(),
                config.model().from().isEmpty()
                        ? ""
                        : ", going on from `%s`".formatted(config.model().from()),
                losses,
                command,
                ConfigReader.write(config));
    }
}
