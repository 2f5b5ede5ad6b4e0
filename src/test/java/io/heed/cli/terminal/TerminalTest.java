package io.heed.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTest {

    /** The contrast of text that WCAG 2.1 asks for (success criterion 1.4.3), computed by its formulas from xterm's cube of colours. */
    @Test
    void blue_is_readable_on_white_and_on_black() {
        int[] levels = {0, 95, 135, 175, 215, 255};
        int cell = Terminal.BLUE - 16;
        double luminance = 0.2126 * linear(levels[cell / 36])
                + 0.7152 * linear(levels[cell / 6 % 6])
                + 0.0722 * linear(levels[cell % 6]);
        assertThat(1.05 / (luminance + 0.05)).isGreaterThan(4.5);
        assertThat((luminance + 0.05) / 0.05).isGreaterThan(4.5);
    }

    private static double linear(int channel) {
        double share = channel / 255.;
        return share <= 0.03928 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }
}
