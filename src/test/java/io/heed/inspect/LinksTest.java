package io.heed.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.inspect.Links.Link;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The links that stand out of weights that are made up: layer 0 has two heads over [BOS] I love cats. */
class LinksTest {

    private static final float[][] FIRST = {
        {1, 0, 0, 0},
        {.9f, .1f, 0, 0},
        {.2f, .5f, .3f, 0},
        {.1f, .5f, .15f, .25f}
    };

    private static final float[][] SECOND = {
        {1, 0, 0, 0},
        {.4f, .6f, 0, 0},
        {.8f, .1f, .1f, 0},
        {.1f, .2f, .6f, .1f}
    };

    private final Recording maps = Maps.of(List.of("[BOS]", "I", "love", "cats"), FIRST, SECOND);

    @Test
    void the_strongest_come_first_and_of_equal_ones_the_earlier() {
        assertThat(Links.strongest(maps, 0, 0, 9))
                .containsExactly(new Link(0, 0, 2, 1, .5f), new Link(0, 0, 3, 1, .5f), new Link(0, 0, 3, 2, .15f));
    }

    @Test
    void no_more_are_given_than_are_asked_for() {
        assertThat(Links.strongest(maps, 0, 1, 1)).containsExactly(new Link(0, 1, 3, 2, .6f));
    }

    @Test
    void a_first_word_that_is_no_mark_is_read_like_any_other() {
        Recording unmarked = Maps.of(List.of("we", "I", "love", "cats"), FIRST, SECOND);
        assertThat(Links.strongest(unmarked, 0, 0, 1)).containsExactly(new Link(0, 0, 1, 0, .9f));
    }

    @Test
    void what_a_word_reads_most_is_told_for_each_head_itself_and_the_mark_included() {
        assertThat(Links.readBy(maps, 1)).containsExactly(new Link(0, 0, 1, 0, .9f), new Link(0, 1, 1, 1, .6f));
        assertThat(Links.readBy(maps, 3)).containsExactly(new Link(0, 0, 3, 1, .5f), new Link(0, 1, 3, 2, .6f));
    }
}
