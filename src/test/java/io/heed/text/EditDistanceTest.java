package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Distances worked by hand; {@code kitten} and {@code sitting} is the usual example, {@code ca} and {@code abc} where alignments differ. */
class EditDistanceTest {

    /** Half a name is one mistake; of six letters two may be wrong. */
    @ParameterizedTest
    @CsvSource({"mod, models", "mdoels, models", "modesl, models", "module, models", "toy, toy", "cat, ''", "bsh, bash"
    })
    void the_closest_name_is_found(String word, String meant) {
        assertThat(EditDistance.closest(word, List.of("toys", "toy", "models", "zsh", "bash"))
                        .orElse(""))
                .isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "'', abc, 3",
        "abc, '', 3",
        "train, train, 0",
        "trian, train, 1",
        "trian, translate, 6",
        "kitten, sitting, 3",
        "ca, abc, 3",
        "ab, ba, 1",
        "abcd, badc, 2",
    })
    void letters_are_inserted_deleted_changed_and_swapped(String one, String other, int distance) {
        assertThat(EditDistance.between(one, other)).isEqualTo(distance);
        assertThat(EditDistance.between(other, one)).isEqualTo(distance);
    }
}
