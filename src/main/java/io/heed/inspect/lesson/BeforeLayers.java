package io.heed.inspect.lesson;

import io.heed.inspect.Recording;
import io.heed.inspect.lesson.Lesson.Section;
import io.heed.model.Trace.Step;
import io.heed.model.Weight.Role;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Positions;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.List;

/** The steps of a lesson before the layers: words, ids, embeddings, positions. */
final class BeforeLayers {

    private final Explanation told;
    private final Figures figures;

    BeforeLayers(Explanation told, Figures figures) {
        this.told = told;
        this.figures = figures;
    }

    List<Section> sections() {
        return List.of(words(), embedding());
    }

    private Section words() {
        Recording recording = told.recording();
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < recording.length(); i++) {
            Encoded.Span span = recording.encoded().spans().get(i);
            rows.add(List.of(
                    String.valueOf(i),
                    Visible.text(recording.text().substring(span.start(), span.end())),
                    told.token((int) recording.encoded().ids()[i]),
                    String.valueOf(recording.encoded().ids()[i])));
        }
        int chosen = told.choice().position();
        return new SectionDraft("Words become ids", figures)
                .say(
                        "The text is split into tokens. Each is a word, or a part of one, from the vocabulary of %d tokens; its number there is its id."
                                .formatted(told.config().vocabulary()))
                .table("Tokens", List.of("position", "in the text", "token", "id"), rows)
                .say("This lesson follows position %d, %s, which reads itself and the tokens before it."
                        .formatted(chosen, Visible.inQuotes(told.word(chosen))))
                .finish();
    }

    private Section embedding() {
        ModelConfig config = told.config();
        boolean added = config.positions().ofTokens();
        int position = told.choice().position();
        int id = (int) told.recording().encoded().ids()[position];
        boolean waves = config.positions() instanceof Positions.Sinusoidal;
        List<String> headings = new ArrayList<>(List.of("c", "E[%d, c]".formatted(id)));
        if (waves) {
            headings.add("wave");
        }
        if (added) {
            headings.add("P[%d, c]".formatted(position));
        }
        headings.add("x[c]");
        return new SectionDraft(added ? "Ids become vectors, and positions are added" : "Ids become vectors", figures)
                .say(
                        "The id %d selects a row of the embedding table E (wte.weight): %d numbers that training found for %s."
                                .formatted(id, config.width(), told.quoted(position)))
                .say(waves ? WAVES : added ? LEARNED : ROTARY)
                .formula("x[c] = E[%d, c]·%s".formatted(id, scale(config))
                        + (added ? " + P[%d, c]".formatted(position) : ""))
                .say(
                        config.embeddingScale() == 1
                                ? "The scale of the embedding is 1 here: a model folder stores the rows of E already multiplied by the scale."
                                : "The rows of E are multiplied by a scale of %s first.".formatted(scale(config)))
                .table("The vector of %s".formatted(told.quoted(position)), headings, sums(id, position))
                .finish();
    }

    /** A row for each dimension: the token's embedding, what its position adds, and their sum. */
    private List<List<String>> sums(int id, int position) {
        ModelConfig config = told.config();
        boolean added = config.positions().ofTokens();
        float[] token = told.row(told.weight(Role.TOKENS), id);
        float[] place = added ? told.outside(Step.POSITION_EMBEDDING) : new float[0];
        float[] sum = told.recording().get(0, Step.RESIDUAL_BEFORE).at(position).values();
        List<List<String>> rows = new ArrayList<>();
        for (int c = 0; c < config.width(); c++) {
            List<String> row = new ArrayList<>(List.of(String.valueOf(c), figures.start(token[c])));
            if (config.positions() instanceof Positions.Sinusoidal) {
                row.add("%s(%d/10000^(%d/%d))"
                        .formatted(c % 2 == 0 ? "sin" : "cos", position, c - c % 2, config.width()));
            }
            if (added) {
                row.add(figures.start(place[c]));
            }
            row.add(figures.end(sum[c]));
            rows.add(row);
        }
        return rows;
    }

    private static final String WAVES = "Its position is encoded by sines and cosines of different wavelengths,"
            + " P[p, 2i] = sin(p/10000^(2i/C)) and P[p, 2i+1] = cos(p/10000^(2i/C)), the angles in radians."
            + " They are not trained; each position has its own pattern.";

    private static final String LEARNED =
            "Its position has a vector too: a row of wpe.weight, found by training like those of the words.";

    private static final String ROTARY =
            "Its position is not in the vector: each layer turns queries and keys by it, as a later step shows.";

    private static String scale(ModelConfig config) {
        return config.embeddingScale() == Math.rint(config.embeddingScale())
                ? String.valueOf((long) config.embeddingScale())
                : String.valueOf(config.embeddingScale());
    }
}
