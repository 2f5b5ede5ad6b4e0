package io.heed.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Tables as they look, drawn by hand. */
final class TerminalTableTest {

    private static final int WIDE = Integer.MAX_VALUE;

    private static String drawn(TerminalTable table, int room) {
        StringWriter out = new StringWriter();
        table.print(new PrintWriter(out, true), room);
        return out.toString().replace(System.lineSeparator(), "\n");
    }

    @Test
    void words_begin_and_numbers_end_below_each_other() {
        TerminalTable table = new TerminalTable(" ", "<file", ">tokens", "<");
        table.row("a.txt", 7, "██");
        table.row("longer.txt", 1234567, "");
        assertThat(drawn(table, WIDE))
                .isEqualTo(" file         tokens\n a.txt             7  ██\n longer.txt  1234567\n");
    }

    /** A wide character takes two columns, a combining mark and a colour none. */
    @Test
    void widths_are_those_on_a_terminal() {
        TerminalTable table = new TerminalTable("", "<", "<");
        table.row("日本", "|");
        table.row("e\u0301bcd", "|");
        table.row("\u001b[1mab\u001b[0m", "|");
        assertThat(drawn(table, WIDE)).isEqualTo("日本  |\ne\u0301bcd  |\n\u001b[1mab\u001b[0m    |\n");
    }

    @Test
    void a_short_row_reaches_over_what_it_lacks() {
        TerminalTable table = new TerminalTable("", "<", ">", ">");
        table.row("the", "nothing stands before it");
        table.row("cat", "0.5", "1.00 bits");
        assertThat(drawn(table, WIDE)).isEqualTo("the  nothing stands before it\ncat  0.5  1.00 bits\n");
    }

    @Test
    void columns_without_room_are_named() {
        TerminalTable table = new TerminalTable("", "<head", ">entropy", ">distance");
        table.row("0", "0.86", "1.92");
        assertThat(drawn(table, 15))
                .isEqualTo(
                        "head  entropy\n0        0.86\n    no room for\n    distance; a\n    wider\n    terminal or\n    a pipe\n    shows all\n");
    }

    @Test
    void what_has_no_room_is_left_out_or_stands_below() {
        TerminalTable table = new TerminalTable("", "<name", ">loss", ">steps", "~").important(0, 2, 1);
        table.row("toy", "1.5", "200", "batch=8 width=16");
        assertThat(drawn(table, 40)).isEqualTo("name  loss  steps\ntoy    1.5    200  batch=8 width=16\n");
        assertThat(drawn(table, 17)).isEqualTo("name  loss  steps\ntoy    1.5    200\n    batch=8\n    width=16\n");
        assertThat(drawn(table, 14)).isEqualTo("name  steps\ntoy     200\n    batch=8\n    width=16\n");
        assertThat(drawn(table, 5)).isEqualTo("name\ntoy\n    batch=8\n    width=16\n");
    }
}
