package io.heed.inspect.lesson;

import io.heed.inspect.evidence.LensLayer;
import io.heed.inspect.lesson.Lesson.Section;
import io.heed.model.Trace.Step;
import io.heed.model.Weight.Role;
import io.heed.text.Visible;
import java.util.ArrayList;
import java.util.List;

/** The steps of a lesson after the layers: the final norm, logits, probabilities, the next word. */
final class AfterLayers {

    /** How many words are shown. */
    static final int WORDS = 5;

    private final Explanation told;
    private final Figures figures;

    AfterLayers(Explanation told, Figures figures) {
        this.told = told;
        this.figures = figures;
    }

    List<Section> sections() {
        return List.of(norm(), logits(), softmax());
    }

    private Section norm() {
        int last = told.recording().layers() - 1;
        int position = told.choice().position();
        float[] x = told.recording().get(last, Step.RESIDUAL_AFTER).at(position).values();
        return Norms.tell(
                        new SectionDraft("The final norm", figures),
                        figures,
                        told,
                        x,
                        told.outside(Step.FINAL_NORM),
                        Role.FINAL_NORM,
                        Role.FINAL_NORM_SHIFT)
                .finish();
    }

    private Section logits() {
        List<Integer> likeliest = told.likeliest(WORDS);
        int best = likeliest.get(0);
        boolean tied = told.config().tiedHead();
        float[] y = told.outside(Step.FINAL_NORM);
        float[] row = told.row(told.plan().head(), best);
        float[] logits = told.logits();
        List<List<String>> rows = new ArrayList<>();
        for (int c = 0; c < y.length; c++) {
            rows.add(List.of(
                    String.valueOf(c),
                    figures.start(y[c]),
                    figures.start(row[c]),
                    figures.start(figures.started(y[c]) * figures.started(row[c]))));
        }
        rows.add(List.of("sum", "", "", figures.end(logits[best])));
        List<List<String>> words = new ArrayList<>();
        for (int id : likeliest) {
            words.add(List.of(told.token(id), String.valueOf(id), figures.end(logits[id])));
        }
        return new SectionDraft("Logits: the vector is compared with every word", figures)
                .say(((tied
                                        ? "The embedding table E is used a second time."
                                        : "The head has a table of its own, as large as E.")
                                + " The vector is multiplied by the row of every word in the"
                                + " vocabulary; the more alike their directions, the likelier the word is to come next. For the likeliest, %s:")
                        .formatted(Visible.inQuotes(told.token(best))))
                .table(
                        "The logit of %s".formatted(told.token(best)),
                        List.of("c", "y", "E[%d, c]".formatted(best), "y·E"),
                        rows)
                .table("The highest logits", List.of("word", "id", "logit"), words)
                .finish();
    }

    private Section softmax() {
        float[] logits = told.logits();
        List<Integer> likeliest = told.likeliest(WORDS);
        List<LensLayer.Guess> next = told.next(WORDS);
        double highest = figures.started(logits[likeliest.get(0)]);
        double sum = 0;
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < next.size(); i++) {
            double logit = figures.started(logits[likeliest.get(i)]);
            double below = figures.started(logit - highest);
            sum += figures.started(Math.exp(below));
            rows.add(List.of(
                    next.get(i).shown(),
                    figures.start(logit),
                    figures.start(below),
                    figures.start(Math.exp(below)),
                    figures.end(next.get(i).probability())));
        }
        if (logits.length > next.size()) {
            double others = figures.started(powersOfOthers(highest, likeliest));
            sum += others;
            String name = "%d others".formatted(logits.length - next.size());
            rows.add(List.of(name, "", "", figures.start(others), figures.end(others / sum)));
        }
        rows.add(List.of("sum", "", "", figures.start(sum), figures.end(1)));
        return new SectionDraft("Softmax, and the next word", figures)
                .say(
                        "Softmax once more, over all words: e to the power of each logit less the highest, divided by the sum of"
                                + " all.")
                .table(
                        "The next word",
                        List.of("word", "logit", "logit − highest", "exp", "exp ÷ sum = probability"),
                        rows)
                .say("After %s the model expects %s."
                        .formatted(
                                told.quoted(told.choice().position()),
                                Visible.inQuotes(next.get(0).shown())))
                .finish();
    }

    private double powersOfOthers(double highest, List<Integer> likeliest) {
        float[] logits = told.logits();
        double sum = 0;
        for (int id = 0; id < logits.length; id++) {
            sum += likeliest.contains(id) ? 0 : Math.exp(logits[id] - highest);
        }
        return sum;
    }
}
