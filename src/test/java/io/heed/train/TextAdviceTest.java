package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.text.corpus.Corpus;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a text before it is learnt from. */
class TextAdviceTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 100", "1, 100", "24, 100", "0, 3"})
    void nothing_is_said_of_few_repeated_lines(long repeated, long lines) {
        assertThat(TextAdvice.repeated(repeated, lines)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"25, 100", "49, 100", "1, 3"})
    void of_more_their_number(long repeated, long lines) {
        assertThat(TextAdvice.repeated(repeated, lines))
                .isEqualTo("%d of the validation part's %d lines stand in the training part too", repeated, lines);
    }

    @ParameterizedTest
    @CsvSource({"50, 100", "3, 3"})
    void and_of_half_of_them_what_to_do(long repeated, long lines) {
        assertThat(TextAdvice.repeated(repeated, lines))
                .endsWith("leave repeated lines out, or set data.validation to another text");
    }

    /** Who runs what ships has nothing to mend. */
    @ParameterizedTest
    @ValueSource(strings = {"toy", "translation"})
    void nothing_is_said_of_texts_that_ship(String name, @TempDir Path folder) {
        RunConfig config = ConfigReader.read(Path.of("configs", name + ".yaml"), List.of());
        StartingPoint beginning = StartingPoint.of(config);
        try (Corpus corpus = Corpus.read(beginning.source(), folder, (stage, done, all) -> {})) {
            assertThat(TextAdvice.of(corpus, config, beginning.mayReadLonger())).isEmpty();
            corpus.tokenizer().close();
        }
    }
}
