package io.heed.inspect.lesson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.inspect.lesson.Lesson.Block;
import io.heed.inspect.lesson.Lesson.Table;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example that newcomers work by hand, against numbers that were not made by this program. */
class ExampleLessonTest {

    private static final double[][] ROWS = {{.1, .4, .5}, {.3, .4, .7}, {.7, .2, .2}};

    private final WorkedExample example = WorkedExample.of(ROWS);
    private final Lesson lesson = ExampleLesson.of(6);

    private Table table(String caption) {
        for (Lesson.Section section : lesson.sections()) {
            for (Block block : section.blocks()) {
                if (block instanceof Table table && table.caption().equals(caption)) {
                    return table;
                }
            }
        }
        throw new AssertionError("no table " + caption);
    }

    @Test
    void dot_products_are_those_worked_by_hand() {
        double[][] products = {{.42, .54, .25}, {.54, .74, .43}, {.25, .43, .57}};
        for (int query = 0; query < 3; query++) {
            assertThat(example.products()[query]).containsExactly(products[query], within(1e-12));
        }
        assertThat(table("QKᵀ").rows())
                .containsExactly(
                        List.of("I", "0.42", "0.54", "0.25"),
                        List.of("love", "0.54", "0.74", "0.43"),
                        List.of("cats", "0.25", "0.43", "0.57"));
    }

    /** F.scaled_dot_product_attention of PyTorch 2.7.1 says .3545976, .3391245, .4806577 for the row of I. */
    @Test
    void the_row_for_I_is_the_one_PyTorch_computes() {
        assertThat(example.output()[0]).containsExactly(new double[] {.3545976, .3391245, .4806577}, within(1e-7));
        assertThat(table("All outputs").rows().get(0)).containsExactly("I", "0.354598", "0.339124", "0.480658");
        assertThat(table("The output for I").rows().get(3))
                .containsExactly("sum", "", "0.354598", "0.339124", "0.480658");
    }

    /** exp(.42/√3) = 1.274415, exp(.54/√3) = 1.365839, exp(.25/√3) = 1.155274; their sum is 3.795528; 1.27441483/3.79552820 = .33576745. */
    @Test
    void the_weights_of_I_are_worked_out_with_each_power() {
        List<List<String>> rows = table("The weights of I").rows();
        assertThat(rows.get(0).get(2)).startsWith("1.274414").hasSize("1.274414827".length());
        assertThat(rows.get(3).get(2)).startsWith("3.795528");
        assertThat(rows).extracting(row -> row.get(3)).containsExactly("0.335767", "0.359855", "0.304378", "1.000000");
    }

    @Test
    void a_look_up_turns_from_the_mean_to_the_best_entry_as_scores_grow() {
        List<List<String>> rows = table("The weights of I, and the blend").rows();
        assertThat(rows.get(0)).contains("0.333333");
        assertThat(rows.get(1)).endsWith("(0.354598, 0.339124, 0.480658)");
        assertThat(rows.get(4))
                .containsExactly("1000", "0.000000", "1.000000", "0.000000", "(0.300000, 0.400000, 0.700000)");
    }

    @Test
    void the_picture_holds_the_same_numbers() {
        assertThat(lesson.flow().reading().output()).isEqualTo(example.output()[0]);
        assertThat(lesson.flow().words()).containsExactly("I", "love", "cats");
    }
}
