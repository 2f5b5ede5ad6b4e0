package io.heed.inspect.lesson;

import io.heed.inspect.lesson.Lesson.Section;
import io.heed.model.Trace.Step;
import io.heed.model.Weight.Role;
import io.heed.model.shape.Attention;
import io.heed.model.shape.SlidingWindow;
import java.util.ArrayList;
import java.util.List;

/** The steps of a lesson from a layer's input to the output of its chosen head. */
final class AttentionSteps {

    private final Explanation told;
    private final Figures figures;
    private final int query;
    private final int width;
    private final HeadTables tables;
    private final float[][] keys;
    private final float[][] values;

    AttentionSteps(Explanation told, Figures figures) {
        this.told = told;
        this.figures = figures;
        query = told.choice().position();
        width = told.config().headWidth();
        tables = new HeadTables(told, figures);
        keys = told.ofHead(Step.KEY);
        values = told.ofHead(Step.VALUE);
    }

    List<Section> sections() {
        List<Section> sections = new ArrayList<>(List.of(norm(), projections()));
        sections.addAll(new PreparedKeys(told, figures, tables).sections());
        sections.addAll(List.of(scores(), mask(), softmax(), blend()));
        return sections;
    }

    private SectionDraft draft(String title) {
        return new SectionDraft("Layer %d: %s".formatted(told.choice().layer(), title), figures);
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
        int first = told.columnOf(0);
        SectionDraft draft = tables.draft("queries, keys and values")
                .say(
                        ("Three matrices, side by side in %s, project each token's vector to a query, what it looks for; a key,"
                                        + " what it is found by; and a value, what it gives. Of the %d numbers of a query this head has"
                                        + " %d, from column %d on.")
                                .formatted(
                                        told.weight(Role.QUERY_KEY_VALUE).name(),
                                        told.config().queriesWidth(),
                                        width,
                                        first));
        if (told.config().attention().sharing() > 1) {
            draft.say(sharedHead());
        }
        firstNumbers(draft);
        int last = width - 1;
        return draft.say(
                        "The others are computed the same way, each with its own column: %d to %d for q, %d to %d for k, %d to %d for v."
                                .formatted(
                                        first,
                                        first + last,
                                        told.columnOf(1),
                                        told.columnOf(1) + last,
                                        told.columnOf(2),
                                        told.columnOf(2) + last))
                .vector("q of %s".formatted(told.quoted(query)), projected(Step.QUERY)[query], figures::start)
                .table(
                        "k of every token, each from its own y",
                        tables.dimensions("token"),
                        tables.ofTokens(projected(Step.KEY)))
                .table("v of every token", tables.dimensions("token"), tables.ofTokens(values))
                .finish();
    }

    /** Which heads share a key head. */
    private String sharedHead() {
        Attention attention = told.config().attention();
        int keyHead = attention.keyHeadOf(told.choice().head());
        int first = keyHead * attention.sharing();
        return "Keys and values are shared: heads %d to %d use key head %d of the %d there %s."
                .formatted(
                        first,
                        first + attention.sharing() - 1,
                        keyHead,
                        attention.keyHeads(),
                        attention.keyHeads() == 1 ? "is" : "are");
    }

    /** Queries or keys as they are projected, which a model may go on to normalise and rotate. */
    private float[][] projected(Step step) {
        Step raw = step == Step.QUERY ? Step.PROJECTED_QUERY : Step.PROJECTED_KEY;
        return told.ofHead(told.recording().has(raw) ? raw : step);
    }

    /** The first number of q, k and v, with every product. */
    private void firstNumbers(SectionDraft draft) {
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
        float[][] made = {projected(Step.QUERY)[query], projected(Step.KEY)[query], values[query]};
        for (int part = 0; part < names.length; part++) {
            int place = told.columnOf(part);
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
                "The first number of q, k and v of %s; y is the output of the norm".formatted(told.quoted(query));
        draft.table(caption, headings, rows);
    }

    private Section scores() {
        SectionDraft draft = tables.draft("QKᵀ, and divided by √d")
                .say(
                        ("The query of %s is compared with every key: the two are multiplied number by number and the products"
                                        + " are summed. The more alike their directions, the larger the sum.")
                                .formatted(told.quoted(query)));
        double[] q = figures.started(told.ofHead(Step.QUERY)[query]);
        float[][] unmasked = told.ofHead(Step.UNMASKED_SCORES);
        List<List<String>> rows = new ArrayList<>();
        for (int key = 0; key < keys.length; key++) {
            double product = draft.product("q·k(%s)".formatted(tables.name(key)), q, figures.started(keys[key]));
            rows.add(List.of(tables.name(key), figures.start(product), figures.end(unmasked[query][key])));
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
        int before = 0;
        for (int key = 0; key < scores.length; key++) {
            boolean hidden = Float.isInfinite(scores[key]);
            before += hidden && key < query ? 1 : 0;
            rows.add(List.of(
                    tables.name(key), figures.start(unmasked[key]), hidden ? "−∞" : "0", figures.end(scores[key])));
        }
        return tables.draft("the mask")
                .say(
                        "A token may not read the tokens after it: the first of them is the one it has to predict. Their scores"
                                + " become minus infinity. " + hidden(scores.length - 1 - query, before))
                .table("Masked scores", List.of("key", "score", "mask", "score + mask"), rows)
                .finish();
    }

    private String hidden(int after, int before) {
        String later = after == 0
                ? "Here %s is the last, so nothing after it is hidden.".formatted(told.quoted(query))
                : "Here %d are hidden from %s.".formatted(after, told.quoted(query));
        SlidingWindow window = told.config().attention().window();
        return window == null || !window.isIn(told.choice().layer())
                ? later
                : later
                        + " This layer also has a window: a token reads itself and the %d before it, which hides %d more."
                                .formatted(window.size() - 1, before);
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
                    tables.name(key),
                    figures.start(scores[key]),
                    figures.start(below),
                    figures.start(Math.exp(below)),
                    figures.end(weights[key])));
        }
        rows.add(List.of("sum", "", "", figures.start(sum), figures.end(1)));
        return tables.draft("softmax")
                .say(
                        ("Softmax turns the scores into weights: e to the power of each, divided by the sum of all, so that they sum"
                                        + " to one. The largest score, %s, is subtracted from every score first, which changes no weight"
                                        + " and keeps the powers small.")
                                .formatted(figures.start(highest)))
                .table("Weights", List.of("key", "score", "score − largest", "exp", "exp ÷ sum = weight"), rows)
                .table("All weights of this head: rows read columns", names(), wholeHead())
                .finish();
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(List.of("query"));
        for (int key = 0; key < keys.length; key++) {
            names.add(tables.name(key));
        }
        return names;
    }

    private List<List<String>> wholeHead() {
        float[][] weights = told.ofHead(Step.WEIGHTS);
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < weights.length; row++) {
            List<String> texts = new ArrayList<>(List.of(tables.name(row)));
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
            List<String> row = new ArrayList<>(List.of(tables.name(key), figures.start(weights[key])));
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
        List<String> headings = tables.dimensions("key");
        headings.add(1, "weight");
        return tables.draft("the blend of the values")
                .say("Each value is multiplied by its weight, and the products are summed.")
                .table("weight·v", headings, rows)
                .finish();
    }
}
