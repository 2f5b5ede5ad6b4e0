package io.heed.inspect.lesson;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.heed.inspect.lesson.Flow.Reading;
import io.heed.inspect.lesson.Flow.Stage;
import io.heed.inspect.lesson.Lesson.Paragraph;
import io.heed.inspect.lesson.Lesson.Section;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Attention worked by hand for a sentence of three words, and how it is a soft look-up. Needs no model. */
public final class ExampleLesson {

    private static final List<String> WORDS = List.of("I", "love", "cats");
    private static final double[][] ROWS = {{.1, .4, .5}, {.3, .4, .7}, {.7, .2, .2}};

    private final Figures figures;
    private final WorkedExample example = WorkedExample.of(ROWS);

    private ExampleLesson(Figures figures) {
        this.figures = figures;
    }

    /**
     * Explains the example.
     *
     * @param digits the decimals of a step's results, at least 1
     */
    public static Lesson of(int digits) {
        ExampleLesson lesson = new ExampleLesson(new Figures(digits));
        return new Lesson(
                "Attention by hand: “I love cats”",
                List.of(
                        new Paragraph(
                                "Three words, three numbers each, one head. Queries, keys and values are the rows themselves;"
                                        + " a trained model computes them with three matrices, and hides later words from each word."),
                        new Lesson.Decimals(
                                ("A step's inputs are printed with up to %d decimals, its results with %d, so that every step can be"
                                                + " recomputed from the printed numbers.")
                                        .formatted(digits + 3, digits)),
                        new Lesson.Picture(lesson.flow())),
                List.of(
                        lesson.rows(),
                        lesson.products(),
                        lesson.scores(),
                        lesson.softmax(),
                        lesson.blend(),
                        lesson.lookUp(),
                        lesson.sharpness()));
    }

    /**
     * The numbers of each step.
     *
     * @param tokens the words
     * @param example what is computed from them
     */
    public record Steps(List<String> tokens, @JsonUnwrapped WorkedExample example) {}

    /** Returns the numbers of each step. */
    public static Steps steps() {
        return new Steps(WORDS, WorkedExample.of(ROWS));
    }

    private SectionDraft draft(String title) {
        return new SectionDraft(title, figures);
    }

    /** A step's input, without trailing zeros. */
    private String start(double number) {
        return new BigDecimal(figures.start(number)).stripTrailingZeros().toPlainString();
    }

    private Section rows() {
        return draft("1. Words become rows")
                .say(
                        "Each word has a vector: its embedding plus the vector of its position. Together the vectors are X.")
                .table("X", headings("word", List.of("[0]", "[1]", "[2]")), table(ROWS, true))
                .finish();
    }

    private Section products() {
        SectionDraft draft = draft("2. QKᵀ: every word is compared with every word")
                .say("Two rows are multiplied number by number, and the products are summed. For the row of I:");
        for (int key = 0; key < 3; key++) {
            StringJoiner factors = new StringJoiner(" + ");
            StringJoiner terms = new StringJoiner(" + ");
            for (int i = 0; i < 3; i++) {
                factors.add(start(ROWS[0][i]) + "·" + start(ROWS[key][i]));
                terms.add(start(ROWS[0][i] * ROWS[key][i]));
            }
            draft.formula(
                    "I·%s = %s = %s = %s".formatted(WORDS.get(key), factors, terms, start(example.products()[0][key])));
        }
        return draft.table("QKᵀ", headings("query", WORDS), table(example.products(), true))
                .finish();
    }

    private Section scores() {
        return draft("3. Divided by √d")
                .say(
                        "Sums over more numbers grow larger, so each is divided by the root of the vectors' length, √3 = %s."
                                .formatted(figures.start(Math.sqrt(3))))
                .table("QKᵀ/√3", headings("query", WORDS), table(example.scores(), false))
                .finish();
    }

    private Section softmax() {
        List<List<String>> rows = new ArrayList<>();
        double sum = 0;
        for (int key = 0; key < 3; key++) {
            double score = figures.started(example.scores()[0][key]);
            double power = figures.started(Math.exp(score));
            sum += power;
            rows.add(List.of(
                    WORDS.get(key),
                    figures.start(score),
                    figures.start(power),
                    figures.end(example.weights()[0][key])));
        }
        rows.add(List.of("sum", "", figures.start(sum), figures.end(1)));
        return draft("4. Softmax, row by row")
                .say(
                        "e to the power of each score, divided by the sum of the row: the weights are positive and sum to one. For the row of I:")
                .table("The weights of I", List.of("key", "score", "exp", "exp ÷ sum = weight"), rows)
                .table("All weights", headings("query", WORDS), table(example.weights(), false))
                .finish();
    }

    private Section blend() {
        List<List<String>> rows = new ArrayList<>();
        double[] weights = example.weights()[0];
        for (int key = 0; key < 3; key++) {
            List<String> row = new ArrayList<>(List.of(WORDS.get(key), figures.start(weights[key])));
            for (double number : ROWS[key]) {
                row.add("%s = %s"
                        .formatted("× " + start(number), figures.start(figures.started(weights[key]) * number)));
            }
            rows.add(row);
        }
        List<String> sums = new ArrayList<>(List.of("sum", ""));
        for (double number : example.output()[0]) {
            sums.add(figures.end(number));
        }
        rows.add(sums);
        List<List<String>> all = new ArrayList<>();
        for (int query = 0; query < 3; query++) {
            List<String> row = new ArrayList<>(List.of(WORDS.get(query)));
            for (double number : example.output()[query]) {
                row.add(figures.end(number));
            }
            all.add(row);
        }
        return draft("5. ·V: the values are blended")
                .say("Each row of V is multiplied by its weight, and the three are summed. For I:")
                .table("The output for I", List.of("key", "weight", "[0]", "[1]", "[2]"), rows)
                .table("All outputs", headings("word", List.of("[0]", "[1]", "[2]")), all)
                .finish();
    }

    private Section lookUp() {
        int best = 0;
        List<List<String>> rows = new ArrayList<>();
        double[] products = example.products()[0];
        for (int key = 1; key < 3; key++) {
            best = products[key] > products[best] ? key : best;
        }
        for (int key = 0; key < 3; key++) {
            rows.add(List.of(
                    WORDS.get(key),
                    vector(ROWS[key], true),
                    start(products[key]),
                    key == best ? "1" : "0",
                    figures.end(example.weights()[0][key])));
        }
        rows.add(List.of("result", "", "", vector(ROWS[best], true), vector(example.output()[0], false)));
        return draft("6. A look-up, made soft")
                .say(
                        "A dictionary holds keys, and a value under each. A query matches one key and returns its value whole; the"
                                + " other entries do not matter. If no key matches, nothing is returned.")
                .say(
                        "Attention is a soft version of this look-up. Every key matches the query to some degree: the dot product"
                                + " measures how well, and softmax turns it into a share. The result is a blend of all values, each by its"
                                + " share. A small change of a key changes the shares a little, never by a jump, so training can follow it"
                                + " downhill. A choice between entries could only be right or wrong; a blend can be improved.")
                .table(
                        "I looks up: hard, the best key alone; soft, all of them",
                        List.of("key", "value", "query·key", "hard", "soft"),
                        rows)
                .finish();
    }

    private Section sharpness() {
        List<List<String>> rows = new ArrayList<>();
        for (int times : new int[] {0, 1, 10, 100, 1000}) {
            double[] scores = example.scores()[0].clone();
            for (int key = 0; key < 3; key++) {
                scores[key] *= times;
            }
            double[] weights = WorkedExample.softmax(scores);
            List<String> row = new ArrayList<>(List.of(String.valueOf(times)));
            for (double weight : weights) {
                row.add(figures.end(weight));
            }
            row.add(vector(WorkedExample.blend(weights, ROWS), false));
            rows.add(row);
        }
        List<String> headings = headings("scores times", WORDS);
        headings.add("result");
        return draft("7. From soft to hard")
                .say(
                        "The size of the scores decides how soft the look-up is. Times 0, every key counts the same and the result is the"
                                + " plain mean; the larger they are, the closer the look-up is to a dictionary's. A trained head chooses for"
                                + " itself, by the lengths of its queries and keys.")
                .table("The weights of I, and the blend", headings, rows)
                .finish();
    }

    private String vector(double[] numbers, boolean given) {
        StringJoiner text = new StringJoiner(", ", "(", ")");
        for (double number : numbers) {
            text.add(given ? start(number) : figures.end(number));
        }
        return text.toString();
    }

    private static List<String> headings(String first, List<String> others) {
        List<String> headings = new ArrayList<>(List.of(first));
        headings.addAll(others);
        return headings;
    }

    private List<List<String>> table(double[][] numbers, boolean given) {
        List<List<String>> rows = new ArrayList<>();
        for (int word = 0; word < numbers.length; word++) {
            List<String> row = new ArrayList<>(List.of(WORDS.get(word)));
            for (double number : numbers[word]) {
                row.add(given ? start(number) : figures.end(number));
            }
            rows.add(row);
        }
        return rows;
    }

    private Flow flow() {
        Reading reading =
                new Reading(ROWS[0], ROWS, ROWS, example.scores()[0], example.weights()[0], example.output()[0]);
        return new Flow(
                "Attention by hand, read from I",
                WORDS,
                0,
                List.of(new Stage("x", "embedding + position", ROWS)),
                reading,
                List.of(),
                List.of());
    }
}
