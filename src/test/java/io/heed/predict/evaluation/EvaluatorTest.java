package io.heed.predict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.predict.Score;
import io.heed.predict.Scorer;
import io.heed.predict.Whole;
import io.heed.predict.evaluation.EvaluationTotals.Bin;
import io.heed.predict.evaluation.EvaluationTotals.Position;
import io.heed.text.DataFormat;
import io.heed.text.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Evaluations, against reading every token separately. */
class EvaluatorTest {

    private static final String TEXT = "the dög saw the cat .\nthe bird sat on the mat ,\nwhich saw a dög .\n";

    @TempDir
    private Path folder;

    private EvaluationTotals evaluate(LanguageModel model, DataFormat format, int stride, String text)
            throws IOException {
        Path file = Files.writeString(folder.resolve("text.txt"), text);
        try (Evaluator evaluator = new Evaluator(model, format, stride)) {
            return evaluator.evaluate(file, bytes -> {});
        }
    }

    /** Scores each token but the first with its own pass over the tokens before it in its window. */
    private static final class ByHand {
        private final LanguageModel model;
        private final int stride;
        private double nats;
        private int right;
        private int rightOfFive;
        private final int[] tokens = new int[TinyModels.CONTEXT];
        private final double[] losses = new double[TinyModels.CONTEXT];
        private final List<double[]> confidences = new ArrayList<>(); // and 1 or 0

        ByHand(LanguageModel model, int stride) {
            this.model = model;
            this.stride = stride;
        }

        void read(long... ids) {
            for (int place = 1; place < ids.length; place++) {
                int start = 0; // the first window that has the token
                while (start + TinyModels.CONTEXT < place) {
                    start += stride;
                }
                double[] logs = Whole.logProbabilities(model, Arrays.copyOfRange(ids, start, place));
                int id = (int) ids[place];
                nats -= logs[id];
                tokens[place - start - 1]++;
                losses[place - start - 1] -= logs[id];
                long likelier =
                        Arrays.stream(logs).filter(log -> log > logs[id]).count();
                right += likelier == 0 ? 1 : 0;
                rightOfFive += likelier < 5 ? 1 : 0;
                confidences.add(
                        new double[] {Math.exp(Arrays.stream(logs).max().orElseThrow()), likelier == 0 ? 1 : 0});
            }
        }

        double calibrationError() {
            double error = 0;
            for (int bin = 0; bin < 15; bin++) {
                double sum = 0;
                for (double[] each : confidences) {
                    if (each[0] > bin / 15. && each[0] <= (bin + 1) / 15.) {
                        sum += each[1] - each[0];
                    }
                }
                error += Math.abs(sum) / confidences.size();
            }
            return error;
        }
    }

    private static void assertSame(EvaluationTotals found, ByHand hand) {
        assertThat(found.tokens()).isEqualTo(hand.confidences.size());
        assertThat(found.nats()).isEqualTo(hand.nats, within(1e-3));
        assertThat(found.loss()).isEqualTo(hand.nats / hand.confidences.size(), within(1e-5));
        assertThat(found.perplexity()).isEqualTo(Math.exp(hand.nats / hand.confidences.size()), within(1e-3));
        assertThat(found.accuracy()).isEqualTo((double) hand.right / hand.confidences.size());
        assertThat(found.accuracyAtFive()).isEqualTo((double) hand.rightOfFive / hand.confidences.size());
        assertThat(found.calibrationError()).isEqualTo(hand.calibrationError(), within(1e-5));
        for (int i = 0; i < TinyModels.CONTEXT; i++) {
            Position position = found.positions().get(i);
            assertThat(position.before()).isEqualTo(i + 1);
            assertThat(position.tokens()).as("with %d before", i + 1).isEqualTo(hand.tokens[i]);
            assertThat(position.nats()).isEqualTo(hand.losses[i], within(1e-3));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 6, TinyModels.CONTEXT})
    void a_stream_is_scored_as_each_token_alone(int stride) throws IOException {
        try (LanguageModel model = TinyModels.characters(TEXT)) {
            EvaluationTotals found = evaluate(model, DataFormat.STREAM, stride, TEXT);
            ByHand hand = new ByHand(model, stride);
            hand.read(model.tokenizer().encodeStream(TEXT));
            assertSame(found, hand);
            assertThat(found.tokens()).isEqualTo(TEXT.length() - 1);
            assertThat(found.bytes()).isEqualTo(TEXT.length() + 2 - 1); // ö has two, and the first t is not scored
            assertThat(found.bitsPerByte()).isEqualTo(hand.nats / Math.log(2) / (TEXT.length() + 1), within(1e-5));
            assertThat(found.unknown()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, TinyModels.CONTEXT})
    void lines_are_scored_separately_from_start_to_end(int stride) throws IOException {
        String lines = "the dog saw a stranger .\n\n" + "the cat sat on the mat . ".repeat(3) + "\r\nthe\n";
        try (LanguageModel model = TinyModels.words()) {
            EvaluationTotals found = evaluate(model, DataFormat.LINES, stride, lines);
            ByHand hand = new ByHand(model, stride);
            int end = model.tokenizer().vocabulary().id("[EOS]").orElseThrow();
            for (String line : TextFile.lines(lines)) {
                long[] ids = model.encode(line).ids(); // [BOS] in front
                hand.read(LongStream.concat(Arrays.stream(ids), LongStream.of(end))
                        .toArray());
            }
            assertSame(found, hand);
            assertThat(found.unknown()).isEqualTo(1);
            assertThat(found.bytes()).isEqualTo(24 + 1 + 75 + 1 + 3 + 1); // each line, and one for its end
        }
    }

    @Test
    void lines_without_marks_have_no_score_for_their_first_token() throws IOException {
        try (LanguageModel model = TinyModels.characters(TEXT)) {
            EvaluationTotals found = evaluate(model, DataFormat.LINES, 3, "öög\nö\ndo\n");
            assertThat(found.tokens()).isEqualTo(2 + 1);
            assertThat(found.bytes()).isEqualTo(3 + 1);
        }
    }

    @Test
    void a_text_of_several_pieces_is_scored_as_a_whole() throws IOException {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, 9000)
                .forEach(i -> text.append("the ")
                        .append(i % 7 == i % 11 ? "cat" : "bird sat")
                        .append('\n'));
        assertThat(text.length()).isGreaterThan(1 << 16);
        try (LanguageModel model = TinyModels.characters(text.toString())) {
            EvaluationTotals found = evaluate(model, DataFormat.STREAM, TinyModels.CONTEXT / 2, text.toString());
            Score score = new Scorer(model).score(model.encode(text.toString())); // also moves by half the context
            assertThat(found.tokens()).isEqualTo(text.length() - 1).isEqualTo(score.counted());
            assertThat(found.loss()).isEqualTo(-score.logProbability() / score.counted(), within(1e-5));
            assertThat(found.bytes()).isEqualTo(text.toString().getBytes(StandardCharsets.UTF_8).length - 1);
        }
    }

    @Test
    void positions_bins_and_buckets_add_up_to_the_total() throws IOException {
        try (LanguageModel model = TinyModels.characters(TEXT)) {
            EvaluationTotals one = evaluate(model, DataFormat.STREAM, 5, TEXT);
            EvaluationTotals found = one.plus(evaluate(model, DataFormat.STREAM, 5, TEXT.substring(9)));
            assertThat(found.tokens()).isEqualTo(2L * one.tokens() - 9);
            for (List<Position> parts : List.of(found.positions(), found.buckets())) {
                assertThat(parts.stream().mapToLong(Position::tokens).sum()).isEqualTo(found.tokens());
                assertThat(parts.stream().mapToDouble(Position::nats).sum()).isEqualTo(found.nats(), within(1e-9));
                assertThat(parts.stream().mapToLong(Position::right).sum()).isEqualTo(found.right());
                assertThat(parts.stream().mapToLong(Position::rightOfFive).sum())
                        .isEqualTo(found.rightOfFive());
            }
            assertThat(found.bins().stream().mapToLong(Bin::tokens).sum()).isEqualTo(found.tokens());
            assertThat(found.bins().stream().mapToLong(Bin::right).sum()).isEqualTo(found.right());
            assertThat(found.buckets())
                    .extracting(Position::before, Position::to)
                    .extracting(Object::toString)
                    .containsExactly("(1, 1)", "(2, 2)", "(3, 4)", "(5, 8)", "(9, 12)");
        }
    }

    @Test
    void the_calibration_error_is_the_gap_between_confidence_and_accuracy() {
        // 3 of 10 with confidence 0.9 and 2 of them right; 7 with 0.5 and 5 right: .3·|2/3 − .9| + .7·|5/7 − .5| = .07
        // + .15
        EvaluationTotals found = new EvaluationTotals(
                10, 10, 0, 1, 7, 9, List.of(), List.of(new Bin(0, .5, 7, 3.5, 5), new Bin(.5, 1, 3, 2.7, 2)));
        assertThat(found.calibrationError()).isEqualTo(.22, within(1e-12));
    }

    @Test
    void a_text_without_a_second_token_cannot_be_scored() {
        try (LanguageModel model = TinyModels.characters(TEXT)) {
            assertThatThrownBy(() -> evaluate(model, DataFormat.STREAM, 1, "t"))
                    .isInstanceOf(HeedException.class)
                    .hasMessageEndingWith("has a single token, with nothing before it to predict it from");
            assertThatThrownBy(() -> evaluate(model, DataFormat.LINES, 1, "t\nd\n"))
                    .isInstanceOf(HeedException.class)
                    .hasMessageContaining("has no line of two tokens or more");
            assertThatThrownBy(() -> new Evaluator(model, DataFormat.LINES, TinyModels.CONTEXT + 1))
                    .hasMessage("the stride 13 is not between 1 and the context of 12");
        }
    }
}
