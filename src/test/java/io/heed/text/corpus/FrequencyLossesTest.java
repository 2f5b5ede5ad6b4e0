package io.heed.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.heed.text.DataFormat;
import io.heed.text.tokenizer.TokenizerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What predictions by counting lose, against counts by hand. */
final class FrequencyLossesTest {

    @TempDir
    private Path folder;

    private FrequencyLosses of(String training, String validation) throws IOException {
        Path train = Files.writeString(folder.resolve("train.txt"), training);
        Path validate = Files.writeString(folder.resolve("validate.txt"), validation);
        Corpus.Source source = new Corpus.Source(
                List.of(train), List.of(validate), 0, DataFormat.STREAM, 2, TokenizerType.CHARACTER, 100, null);
        try (Corpus corpus = Corpus.read(source, folder, (stage, done, all) -> {})) {
            assertThat(corpus.tokenizer().size())
                    .as("a, b and the unknown token")
                    .isEqualTo(3);
            return FrequencyLosses.of(corpus);
        }
    }

    @Test
    void equals_counts_by_hand() throws IOException {
        // pairs of the training part: ab ba ab bb ba ab, so of 6 targets b is 4, a 2
        FrequencyLosses losses = of("abab" + "bab", "aab");
        assertThat(losses.uniform()).isEqualTo(Math.log(3));
        double a = 3 / 9.; // (2 + 1) / (6 + 3)
        double b = 5 / 9.;
        assertThat(losses.words()).isCloseTo(-(Math.log(a) + Math.log(b)) / 2, offset(1e-12));
        // after a: b three times, nothing else
        double afterA = (0 + a) / (3 + 1);
        double thenB = (3 + b) / (3 + 1);
        assertThat(losses.pairs()).isCloseTo(-(Math.log(afterA) + Math.log(thenB)) / 2, offset(1e-12));
    }

    @Test
    void a_token_that_never_occurred_predicts_by_frequency() throws IOException {
        // the last b of the training part is followed by nothing
        FrequencyLosses losses = of("aaab", "bab");
        double a = 3 / 6.;
        double b = 2 / 6.;
        double afterA = (1 + 2 * b) / (3 + 2);
        assertThat(losses.pairs()).isCloseTo(-(Math.log(a) + Math.log(afterA)) / 2, offset(1e-12));
    }
}
