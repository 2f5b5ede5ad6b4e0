package io.heed.inspect.lesson;

import io.heed.inspect.lesson.Lesson.Section;
import io.heed.model.Trace.Step;
import io.heed.model.Weight.Role;
import java.util.ArrayList;
import java.util.List;

/** The steps of a lesson from a layer's input to what its chosen head reads. */
final class AttentionSteps {

    private final Explanation told;
    private final Figures figures;
    private final int query;
    private final int width;
    private final float[][] keys;
    private final float[][] values;

    AttentionSteps(Explanation told, Figures figures) {
        this.told = told;
        this.figures = figures;
        query = told.choice().position();
        width = told.config().headWidth();
        keys = told.ofHead(Step.KEY);
        values = told.ofHead(Step.VALUE);
    }

    List<Section> sections() {
        return List.of(norm(), projections(), scores(), mask(), softmax(), blend());
    }

    private SectionDraft draft(String title) {
        return new SectionDraft("Layer %d: %s".formatted(told.choice().layer(), title), figures);
    }

    private SectionDraft ofHead(String title) {
        return new SectionDraft(
                "Layer %d, head %d: %s"
                        .formatted(told.choice().layer(), told.choice().head(), title),
                figures);
    }

    private Section norm() {
        return Norms.tell(
                        draft("the first norm"),
                        figures,
                        told,
                        told.at(Step.RESIDUAL_BEFORE),
                        told.at(Step.ATTENTION_INPUT),
                        Role.ATTENTION_NORM,
                        Role.ATTENTION_NORM_SHIFT)
                .finish();
    }

    private Section projections() {
        int model = told.config().width();
        int first = told.choice().head() * width;
        SectionDraft draft = ofHead("queries, keys and values")
                .say(
                        ("Three matrices, side by side in %s, make three vectors of each token: a query, what it looks for;"
                                        + " a key, what it is found by; a value, what it gives. Of the %d numbers of each, this head has"
                                        + " %d, from column %d on.")
                                .formatted(told.weight(Role.QUERY_KEY_VALUE).name(), model, width, first));
        firstNumbers(draft, first);
        int end = first + width - 1;
        return draft.say(
                        "The others are made the same way, each with its own column: %d to %d for q, %d to %d for k, %d to %d for v."
                                .formatted(first, end, model + first, model + end, 2 * model + first, 2 * model + end))
                .vector("q of %s".formatted(told.quoted(query)), told.ofHead(Step.QUERY)[query], figures::start)
                .table("k of every token, each made of its own y", dimensions("token"), ofTokens(keys))
                .table("v of every token", dimensions("token"), ofTokens(values))
                .finish();
    }

    /** The first number of q, k and v, with every product. */
    private void firstNumbers(SectionDraft draft, int first) {
        float[] y = told.at(Step.ATTENTION_INPUT);
        float[] bias = told.numbers(told.weight(Role.QUERY_KEY_VALUE_BIAS));
        List<String> headings = new ArrayList<>(List.of("c", "y"));
        List<List<String>> rows = new ArrayList<>();
        for (int c = 0; c < y.length; c++) {
            rows.add(new ArrayList<>(List.of(String.valueOf(c), figures.start(y[c]))));
        }
        List<String> biases = new ArrayList<>(List.of("bias", ""));
        List<String> sums = new ArrayList<>(List.of("sum + bias", ""));
        String[] names = {"q", "k", "v"};
        float[][] made = {told.ofHead(Step.QUERY)[query], keys[query], values[query]};
        for (int part = 0; part < names.length; part++) {
            int place = part * y.length + first;
            float[] column = told.column(told.weight(Role.QUERY_KEY_VALUE), place);
            headings.addAll(List.of("W for " + names[part] + "[0]", "y·W"));
            for (int c = 0; c < y.length; c++) {
                rows.get(c).add(figures.start(column[c]));
                rows.get(c).add(figures.start(figures.started(y[c]) * figures.started(column[c])));
            }
            biases.addAll(List.of("", figures.start(bias[place])));
            sums.addAll(List.of("", figures.end(made[part][0])));
        }
        rows.add(biases);
        rows.add(sums);
        String caption =
                "The first number of q, k and v of %s: y is what the norm ended in".formatted(told.quoted(query));
        draft.table(caption, headings, rows);
    }

    private List<String> dimensions(String first) {
        List<String> headings = new ArrayList<>(List.of(first));
        for (int d = 0; d < width; d++) {
            headings.add("[" + d + "]");
        }
        return headings;
    }

    private List<List<String>> ofTokens(float[][] vectors) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < vectors.length; i++) {
            List<String> row = new ArrayList<>(List.of(name(i)));
            for (float number : vectors[i]) {
                row.add(figures.start(number));
            }
            rows.add(row);
        }
        return rows;
    }

    private String name(int position) {
        return "%s (%d)".formatted(told.word(position), position);
    }

    private Section scores() {
        SectionDraft draft = ofHead("QKᵀ, and divided by √d")
                .say(
                        ("The query of %s is held against every key: the two are multiplied number by number and the products"
                                        + " added up. The more alike they point, the larger the sum.")
                                .formatted(told.quoted(query)));
        double[] q = figures.started(told.ofHead(Step.QUERY)[query]);
        float[][] unmasked = told.ofHead(Step.UNMASKED_SCORES);
        List<List<String>> rows = new ArrayList<>();
        for (int key = 0; key < keys.length; key++) {
            double product = draft.product("q·k(%s)".formatted(name(key)), q, figures.started(keys[key]));
            rows.add(List.of(name(key), figures.start(product), figures.end(unmasked[query][key])));
        }
        return draft.say(
                        ("Sums over more numbers grow larger, so each is divided by the square root of d = %d, the length of"
                                        + " the vectors: √%d = %s.")
                                .formatted(width, width, figures.start(Math.sqrt(width))))
                .table("Scores", List.of("key", "q·k", "q·k/√" + width), rows)
                .finish();
    }

    private Section mask() {
        float[] unmasked = told.ofHead(Step.UNMASKED_SCORES)[query];
        float[] scores = told.ofHead(Step.SCORES)[query];
        List<List<String>> rows = new ArrayList<>();
        for (int key = 0; key < scores.length; key++) {
            rows.add(List.of(
                    name(key), figures.start(unmasked[key]), key > query ? "−∞" : "0", figures.end(scores[key])));
        }
        String hidden = query == scores.length - 1
                ? "Here %s is the last, so nothing is hidden from it.".formatted(told.quoted(query))
                : "Here %d are hidden from %s.".formatted(scores.length - 1 - query, told.quoted(query));
        return ofHead("the mask")
                .say(
                        "A word may not read those that come after it, or predicting them would be no art. Their scores become"
                                + " minus infinity. " + hidden)
                .table("Masked scores", List.of("key", "score", "mask", "score + mask"), rows)
                .finish();
    }

    private Section softmax() {
        float[] scores = told.ofHead(Step.SCORES)[query];
        float[] weights = told.ofHead(Step.WEIGHTS)[query];
        double highest = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            highest = Math.max(highest, figures.started(score));
        }
        double sum = 0;
        List<List<String>> rows = new ArrayList<>();
        for (int key = 0; key < scores.length; key++) {
            double below = figures.started(figures.started(scores[key]) - highest);
            sum += figures.started(Math.exp(below));
            rows.add(List.of(
                    name(key),
                    figures.start(scores[key]),
                    figures.start(below),
                    figures.start(Math.exp(below)),
                    figures.end(weights[key])));
        }
        rows.add(List.of("sum", "", "", figures.start(sum), figures.end(1)));
        return ofHead("softmax")
                .say(
                        ("Softmax makes weights of the scores: e to the power of each, divided by the sum of all, so that they add"
                                        + " up to one. The largest score, %s, is taken from every score first, which changes no weight and"
                                        + " keeps the powers small.")
                                .formatted(figures.start(highest)))
                .table("Weights", List.of("key", "score", "score − largest", "exp", "exp ÷ sum = weight"), rows)
                .table("All weights of this head: rows read columns", names(), wholeHead())
                .finish();
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(List.of("query"));
        for (int key = 0; key < keys.length; key++) {
            names.add(name(key));
        }
        return names;
    }

    private List<List<String>> wholeHead() {
        float[][] weights = told.ofHead(Step.WEIGHTS);
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < weights.length; row++) {
            List<String> texts = new ArrayList<>(List.of(name(row)));
            for (int key = 0; key < weights.length; key++) {
                texts.add(key > row ? "" : figures.end(weights[row][key]));
            }
            rows.add(texts);
        }
        return rows;
    }

    private Section blend() {
        double[] weights = figures.started(told.ofHead(Step.WEIGHTS)[query]);
        float[] output = told.ofHead(Step.HEAD_OUTPUT)[query];
        List<List<String>> rows = new ArrayList<>();
        for (int key = 0; key < values.length; key++) {
            List<String> row = new ArrayList<>(List.of(name(key), figures.start(weights[key])));
            for (float number : values[key]) {
                row.add(figures.start(weights[key] * figures.started(number)));
            }
            rows.add(row);
        }
        List<String> sums = new ArrayList<>(List.of("sum = output", ""));
        for (float number : output) {
            sums.add(figures.end(number));
        }
        rows.add(sums);
        List<String> headings = dimensions("key");
        headings.add(1, "weight");
        return ofHead("the blend of the values")
                .say(
                        "Each value is multiplied by its weight, and the products are added up. What is read much gives much.")
                .table("weight·v", headings, rows)
                .finish();
    }
}
