package io.heed.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.text.DataFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rows counted by their lengths, by hand. */
class RowLengthsTest {

    private static RowLengths of(DataFormat format, int addedEnds, long... lengths) {
        return RowLengths.of(format, addedEnds, told -> {
            for (int i = 0; i < lengths.length; i++) {
                told.of(i, lengths[i]);
            }
        });
    }

    @Test
    void a_sentence_has_a_target_less_than_ids() {
        RowLengths rows = of(DataFormat.LINES, 1, 2, 5, 5, 9000);
        assertThat(rows.targets()).isEqualTo(Map.of(1L, 1L, 4L, 2L, 8999L, 1L));
        assertThat(rows.positions()).isEqualTo(rows.targets());
        assertThat(rows.targets(3)).isEqualTo(1 + 3 + 3 + 3);
        assertThat(rows.cut(3)).isEqualTo(3);
        assertThat(rows.cut(4)).isEqualTo(1);
        assertThat(rows.cut(8999)).isZero();
        assertThat(rows.targets(9000)).isEqualTo(1 + 4 + 4 + 8999);
    }

    @Test
    void a_pair_needs_room_for_the_longer_of_its_sentences() {
        RowLengths rows = of(DataFormat.PAIRS, 1, /* source */ 7, /* target */ 4, 3, 6, 5, 5);
        assertThat(rows.targets()).isEqualTo(Map.of(3L, 1L, 5L, 1L, 4L, 1L));
        assertThat(rows.positions()).isEqualTo(Map.of(6L, 1L, 5L, 1L, 4L, 1L)); // 7 − 1, 6 − 1, 5 − 1
        assertThat(rows.cut(5)).isEqualTo(1);
        assertThat(rows.cut(4)).isEqualTo(2);
        assertThat(of(DataFormat.PAIRS, 0, 7, 4).positions()).isEqualTo(Map.of(7L, 1L));
    }

    @Test
    void parts_add_up() {
        RowLengths sum = RowLengths.NONE
                .plus(of(DataFormat.LINES, 0, 2, 5))
                .plus(RowLengths.NONE)
                .plus(of(DataFormat.LINES, 0, 5, 9000));
        assertThat(sum).isEqualTo(of(DataFormat.LINES, 0, 2, 5, 5, 9000));
    }
}
