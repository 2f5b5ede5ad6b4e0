package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.text.corpus.Corpus;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Advice about a text before training. */
class TextAdviceTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 100", "1, 100", "24, 100", "0, 3"})
    void few_repeated_lines_give_no_advice(long repeated, long lines) {
        assertThat(TextAdvice.repeated(repeated, lines)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"25, 100", "49, 100", "2, 5"})
    void more_repeated_lines_give_their_number(long repeated, long lines) {
        assertThat(TextAdvice.repeated(repeated, lines))
                .isEqualTo("%d of the validation part's %d lines are also in the training part", repeated, lines);
    }

    @Test
    void one_line_is_told_as_one() {
        assertThat(TextAdvice.repeated(1, 3))
                .isEqualTo("1 of the validation part's 3 lines is also in the training part");
        assertThat(TextAdvice.repeated(1, 1))
                .startsWith("the validation part's only line is also in the training part, so its loss");
    }

    @ParameterizedTest
    @CsvSource({"50, 100", "3, 3"})
    void half_of_the_lines_repeated_give_a_way_out(long repeated, long lines) {
        assertThat(TextAdvice.repeated(repeated, lines))
                .endsWith("leave repeated lines out, or set data.validation to another text");
    }

    /** The texts that ship need no fixes. */
    @ParameterizedTest
    @ValueSource(strings = {"toy", "translation"})
    void the_texts_that_ship_give_no_advice(String name, @TempDir Path folder) {
        RunConfig config = ConfigReader.read(Path.of("configs", name + ".yaml"), List.of());
        StartingPoint beginning = StartingPoint.of(config);
        try (Corpus corpus = Corpus.read(beginning.source(), folder, (stage, done, all) -> {})) {
            assertThat(TextAdvice.of(corpus, config, beginning.mayReadLonger())).isEmpty();
            corpus.tokenizer().close();
        }
    }
}
