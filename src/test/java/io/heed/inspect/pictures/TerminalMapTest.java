package io.heed.inspect.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.drawing.ColourMap;
import io.heed.inspect.Maps;
import io.heed.inspect.Recording;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jline.utils.WCWidth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalMapTest {

    private static final Recording THREE =
            Maps.of(List.of("a", "bb", "中"), new float[][] {{1, 0, 0}, {.5f, .5f, 0}, {0, .25f, .75f}});

    private static String map(Recording maps, int columns, UnaryOperator<String> ink, Style style) {
        return TerminalMap.of(maps.maps(), 0, 0, columns, ink, style);
    }

    @Test
    void shades_with_characters_and_aligns_wide_ones() {
        // .5 · 9 is 4.5, the fifth after the blank; .25 · 9 the second, .75 · 9 the seventh
        assertThat(map(THREE, 80, null, Style.STANDARD)).isEqualTo("""
                             0 1 2
                        0 a  @@
                        1 bb ++++
                        2 中   ::##
                        weight 0  .:-=+*#%@ 1
                        """);
    }

    @Test
    void shades_by_vmax() {
        assertThat(map(THREE, 80, null, new Style(1, ColourMap.BLUES, .5))).isEqualTo("""
                             0 1 2
                        0 a  @@
                        1 bb @@@@
                        2 中   ++@@
                        weight 0  .:-=+*#%@ ≥ 0.5
                        """);
    }

    /** Of eight heights, .5 is the fourth, .25 the second and .75 the sixth; blanks have no colour. */
    @Test
    void draws_bars_in_one_colour_on_the_background_of_a_terminal() {
        assertThat(map(THREE, 80, bars -> "<" + bars + ">", Style.STANDARD)).isEqualTo("""
                             0 1 2
                        0 a  <██>
                        1 bb <▄▄▄▄>
                        2 中 <  ▂▂▆▆>
                        weight 0 < ▁▂▃▄▅▆▇█> 1
                        """);
    }

    @Test
    void takes_one_column_a_cell_where_two_do_not_fit() {
        Recording maps = Drawn.striped(1, 1, Collections.nCopies(12, "x"));
        // a label takes 5 columns: 12 · 2 do not fit beside it into 28
        List<String> lines = map(maps, 28, null, Style.STANDARD).lines().toList();
        assertThat(lines.get(0)).isEqualTo("               1");
        assertThat(lines.get(1)).isEqualTo("     012345678901");
        assertThat(lines.get(4)).isEqualTo(" 2 x +@:"); // stops 2, 4, 1: weights .5, 1, .25
        assertThat(map(maps, 29, null, Style.STANDARD).lines().toList().get(1))
                .isEqualTo("     0 1 2 3 4 5 6 7 8 9 0 1");
    }

    @Test
    void folds_keys_into_blocks_where_one_does_not_fit() {
        Recording maps = Drawn.striped(1, 1, Collections.nCopies(30, "x"));
        List<String> lines = map(maps, 24, null, Style.STANDARD).lines().toList();
        assertThat(lines)
                .hasSize(2 + 30 + 2 + 11 + 1); // 19 keys fit beside 5 columns of label, then 11 for as many queries
        assertThat(lines.get(1)).isEqualTo("     0123456789012345678");
        assertThat(lines.get(32)).isEqualTo("     12");
        assertThat(lines.get(33)).isEqualTo("     90123456789");
        assertThat(lines.get(34)).isEqualTo("19 x +"); // (19 + 38) % 5 is stop 2, weight .5
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 24, 40, 80, 1000})
    void stays_within_the_terminal(int columns) {
        List<String> tokens =
                List.of("a", "日本語テキストの長い言葉", "donaudampfschifffahrtsgesellschaft", "e\u0301", "😀", "\n", "g");
        Recording maps = Drawn.striped(1, 1, tokens);
        assertThat(map(maps, columns, null, Style.STANDARD).lines())
                .allSatisfy(line -> assertThat(
                                line.codePoints().map(WCWidth::wcwidth).sum())
                        .isLessThanOrEqualTo(Math.max(24, columns)));
    }

    @Test
    void holds_one_token_and_three_hundred() {
        assertThat(map(Drawn.striped(1, 1, List.of("a")), 80, null, Style.STANDARD))
                .isEqualTo("    0\n0 a\nweight 0  .:-=+*#%@ 1\n"); // the one weight is 0
        assertThat(map(Drawn.striped(1, 1, Drawn.tokens(300)), 80, bars -> bars, Style.STANDARD)
                        .lines())
                .hasSizeGreaterThan(300);
    }
}
