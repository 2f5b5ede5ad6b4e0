package io.heed.inspect.lesson;

import io.heed.inspect.lesson.Lesson.Section;
import io.heed.model.Trace.Step;
import io.heed.model.Weight.Role;
import io.heed.model.shape.Positions;
import io.heed.model.shape.RotaryScaling;
import java.util.ArrayList;
import java.util.List;

/** The steps of a lesson between the projection of queries and keys and their scores: their norm and their rotation by position. */
final class PreparedKeys {

    private final Explanation told;
    private final Figures figures;
    private final HeadTables tables;
    private final int query;

    PreparedKeys(Explanation told, Figures figures, HeadTables tables) {
        this.told = told;
        this.figures = figures;
        this.tables = tables;
        query = told.choice().position();
    }

    List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        if (told.config().attention().queryKeyNorm()) {
            sections.add(norm(Step.PROJECTED_QUERY, Step.NORMED_QUERY, Role.QUERY_NORM, "query"));
            sections.add(norm(Step.PROJECTED_KEY, Step.NORMED_KEY, Role.KEY_NORM, "key"));
        }
        if (told.config().positions() instanceof Positions.Rotary rotary) {
            sections.add(rotation(rotary));
        }
        return sections;
    }

    private Section norm(Step before, Step after, Role scale, String what) {
        SectionDraft draft = tables.draft("the norm of the " + what)
                .say(
                        ("Each head's queries and keys are normalised before they are compared, so that scores depend on their"
                                        + " directions and not on their lengths. The %s of %s:")
                                .formatted(what, told.quoted(query)));
        Norms.byRoot(draft, figures, told, told.ofHead(before)[query], told.ofHead(after)[query], scale);
        return what.equals("query")
                ? draft.finish()
                : draft.table(
                                "normed k of every token, each by its own root",
                                tables.dimensions("token"),
                                tables.ofTokens(told.ofHead(after)))
                        .finish();
    }

    private Section rotation(Positions.Rotary rotary) {
        boolean normed = told.config().attention().queryKeyNorm();
        float[] before = told.ofHead(normed ? Step.NORMED_QUERY : Step.PROJECTED_QUERY)[query];
        float[] after = told.ofHead(Step.QUERY)[query];
        float[] speeds = rotary.speeds(told.config());
        float[] place = told.row(told.weight(Role.POSITIONS), query);
        int half = speeds.length;
        int turned = 2 * half;
        SectionDraft draft = tables.draft("positions turn queries and keys")
                .say(
                        ("Rotary positions add nothing to the embeddings. They turn each query and key, pair by pair: number i of a head"
                                        + " and number i + %d are the two coordinates of a point, which is turned by the angle p·f(i),"
                                        + " p being the position and f(i) = %s%s. The product of a query and a key then depends"
                                        + " on how far apart they are, not on where they are.")
                                .formatted(
                                        half, "%s^(−2i/%d)".formatted(plain(rotary.theta()), turned), scaled(rotary)));
        if (turned < before.length) {
            draft.say("Only the first %d of the %d numbers are turned; the others stay."
                    .formatted(turned, before.length));
        }
        pair(draft, place, before, half);
        return draft.table(
                        "q of %s, turned (position %d)".formatted(told.quoted(query), query),
                        List.of("pair", "f", "p·f", "cos", "sin", "a", "b", "a·cos − b·sin", "b·cos + a·sin"),
                        turned(speeds, place, before, after))
                .vector("turned q of %s".formatted(told.quoted(query)), after, figures::start)
                .table(
                        "turned k of every token, each by its own position's angles",
                        tables.dimensions("token"),
                        tables.ofTokens(told.ofHead(Step.KEY)))
                .finish();
    }

    /** A row for each pair of numbers: its angle, and the two before and after it is turned. */
    private List<List<String>> turned(float[] speeds, float[] place, float[] before, float[] after) {
        int half = speeds.length;
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < half; i++) {
            rows.add(List.of(
                    "%d and %d".formatted(i, i + half),
                    figures.divisor(speeds[i]),
                    figures.divisor(query * figures.divided(speeds[i])),
                    figures.start(place[i]),
                    figures.start(place[half + i]),
                    figures.start(before[i]),
                    figures.start(before[half + i]),
                    figures.end(after[i]),
                    figures.end(after[half + i])));
        }
        return rows;
    }

    /** The first number of the first pair, written out. */
    private void pair(SectionDraft draft, float[] place, float[] before, int half) {
        double[] a = figures.started(new float[] {before[0], -before[half]});
        double[] b = figures.started(new float[] {place[0], place[half]});
        draft.product("q[0], turned", a, b);
    }

    private static String scaled(Positions.Rotary rotary) {
        if (rotary.scaling() instanceof RotaryScaling.None) {
            return "";
        }
        double factor = rotary.scaling().attentionFactor();
        return ", changed for longer texts as the table says"
                + (factor == 1 ? "" : "; sines and cosines are multiplied by " + factor);
    }

    private static String plain(double theta) {
        return theta == Math.rint(theta) ? String.valueOf((long) theta) : String.valueOf(theta);
    }
}
