package io.heed.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The combinations of a grid, their order and their names. */
class GridTest {

    @Test
    void the_last_keys_values_change_first() {
        Grid grid = Grid.of(List.of("training.batch=8,16", "seed=1,2"));
        assertThat(grid.combinations())
                .containsExactly(
                        List.of("training.batch=8", "seed=1"),
                        List.of("training.batch=8", "seed=2"),
                        List.of("training.batch=16", "seed=1"),
                        List.of("training.batch=16", "seed=2"));
        assertThat(grid.names())
                .containsExactly("batch=8,seed=1", "batch=8,seed=2", "batch=16,seed=1", "batch=16,seed=2");
    }

    @Test
    void commas_in_brackets_do_not_separate_values() {
        assertThat(Grid.of(List.of("data.train=[a.txt,b.txt],texts/c.txt")).combinations())
                .containsExactly(List.of("data.train=[a.txt,b.txt]"), List.of("data.train=texts/c.txt"));
    }

    @Test
    void names_have_only_characters_allowed_in_folder_names() {
        assertThat(Grid.of(List.of("data.train=texts/é.txt,C:\\b*.txt")).names())
                .containsExactly("train=texts-é.txt", "train=C--b-.txt");
    }

    @Test
    void equal_or_too_long_names_become_numbers() {
        assertThat(Grid.of(List.of("data.train=a/b.txt,a-b.txt")).names()).containsExactly("1", "2");
        assertThat(Grid.of(List.of("data.train=Text.txt,text.txt")).names()).containsExactly("1", "2");
        assertThat(Grid.of(List.of("training.sample=a," + "b".repeat(100))).names())
                .containsExactly("1", "2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "training.batch; write KEY=VALUE,VALUE",
                "=3; write KEY=VALUE,VALUE",
                "training.batchh=3; there is no setting training.batchh",
                "training=3; training is a group of settings",
                "name=a,b; names its runs by their settings",
                "training.batch=8,16,8; a value is given twice"
            })
    void says_what_is_wrong(String line, String what) {
        assertThatThrownBy(() -> Grid.of(List.of(line)))
                .isInstanceOf(HeedException.class)
                .hasMessageContainingAll("--grid " + line, what);
    }

    @Test
    void a_key_is_given_once() {
        assertThatThrownBy(() -> Grid.of(List.of("seed=1", "seed=2")))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("seed is given twice");
    }
}
