package io.heed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.cli.Program.Ran;

/** The program without Spark, inside a test. */
public final class OneMachine {

    private OneMachine() {}

    /** Runs a command line that succeeds, and returns what it printed. */
    public static String heed(String... arguments) {
        Ran ran = Program.heed(arguments);
        assertThat(ran.code()).as(ran.err()).isZero();
        return ran.out();
    }
}
