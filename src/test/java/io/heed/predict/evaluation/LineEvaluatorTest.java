package io.heed.predict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.model.DeviceChoice;
import io.heed.predict.Score;
import io.heed.predict.Score.ScoredToken;
import io.heed.predict.Scorer;
import io.heed.predict.evaluation.EvaluationTotals.Bin;
import io.heed.predict.evaluation.EvaluationTotals.Position;
import io.heed.predict.evaluation.LineEvaluator.Block;
import io.heed.predict.evaluation.LineEvaluator.Line;
import io.heed.text.DataFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines evaluated block by block, against the evaluation of their file and the score of each line. */
class LineEvaluatorTest {

    private static final int LINES = 2 * LineEvaluator.BLOCK + 100;

    private static LanguageModel model;
    private static List<String> lines;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() throws IOException {
        model = ModelFolder.read(Path.of("models/toy"), DeviceChoice.CPU.resolve());
        lines = new ArrayList<>(Files.readAllLines(Path.of("data/toy.txt")).subList(0, LINES));
        lines.set(7, "the zebra sat"); // a word that the model does not know
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static List<Block> blocks(int stride) {
        LineEvaluator evaluator = new LineEvaluator(model, stride);
        List<Block> blocks = new ArrayList<>();
        for (int from = 0; from < LINES; from += LineEvaluator.BLOCK) {
            blocks.add(evaluator.evaluate(lines.subList(from, Math.min(LINES, from + LineEvaluator.BLOCK))));
        }
        return blocks;
    }

    @Test
    void the_blocks_of_a_file_add_up_to_its_evaluation() throws IOException {
        List<String> spaced = new ArrayList<>(lines);
        spaced.add(3, ""); // blank lines are none
        spaced.add(900, "  ");
        Path file = Files.write(folder.resolve("lines.txt"), spaced);
        int stride = model.context();
        EvaluationTotals whole;
        try (Evaluator evaluator = new Evaluator(model, DataFormat.LINES, stride)) {
            whole = evaluator.evaluate(file, bytes -> {});
        }
        EvaluationTotals sum = blocks(stride).stream()
                .map(Block::totals)
                .reduce(EvaluationTotals::plus)
                .orElseThrow();
        assertThat(sum.tokens()).isEqualTo(whole.tokens());
        assertThat(sum.bytes()).isEqualTo(whole.bytes());
        assertThat(sum.unknown()).isEqualTo(whole.unknown()).isEqualTo(1);
        assertThat(sum.right()).isEqualTo(whole.right());
        assertThat(sum.rightOfFive()).isEqualTo(whole.rightOfFive());
        assertThat(sum.nats()).isEqualTo(whole.nats(), within(1e-12 * whole.nats())); // sums in another order
        for (int i = 0; i < whole.positions().size(); i++) {
            Position position = whole.positions().get(i);
            assertThat(sum.positions().get(i).tokens()).isEqualTo(position.tokens());
            assertThat(sum.positions().get(i).right()).isEqualTo(position.right());
            assertThat(sum.positions().get(i).nats()).isEqualTo(position.nats(), within(1e-12 * whole.nats()));
        }
        for (int i = 0; i < whole.bins().size(); i++) {
            Bin bin = whole.bins().get(i);
            assertThat(sum.bins().get(i).tokens()).isEqualTo(bin.tokens());
            assertThat(sum.bins().get(i).right()).isEqualTo(bin.right());
            assertThat(sum.bins().get(i).sure()).isEqualTo(bin.sure(), within(1e-12 * whole.tokens()));
        }
    }

    @Test
    void each_line_has_the_figures_of_its_tokens() {
        Scorer scorer = new Scorer(model);
        List<Line> found = blocks(Evaluator.defaultStride(model.context())).stream()
                .flatMap(block -> block.lines().stream())
                .toList();
        assertThat(found).hasSize(LINES);
        for (int i = 0; i < LINES; i += 7) {
            long[] ids =
                    model.tokenizer().encodeSentences(List.of(lines.get(i))).get(0);
            Score score = scorer.score(model.encoded(ids));
            List<ScoredToken> scored = score.tokens().stream()
                    .filter(token -> token.logProbability() != null)
                    .toList();
            assertThat(found.get(i).tokens()).isEqualTo(scored.size());
            assertThat(found.get(i).nats()).isEqualTo(-score.logProbability(), within(1e-3));
            assertThat(found.get(i).right())
                    .isEqualTo(
                            scored.stream().filter(token -> token.rank() == 1).count());
            assertThat(found.get(i).rightOfFive())
                    .isEqualTo(
                            scored.stream().filter(token -> token.rank() <= 5).count());
            assertThat(found.get(i).unknown()).isEqualTo(i == 7 ? 1 : 0);
        }
    }
}
