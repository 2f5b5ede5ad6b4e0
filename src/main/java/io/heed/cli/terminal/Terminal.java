package io.heed.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;

/**
 * Where output goes: a terminal gets colour and progress bars, a pipe gets neither.
 *
 * <p>The JVM cannot tell stdout from stderr here, so the launcher passes {@code -Dheed.tty=in,out,err}. Without a launcher, a shell is
 * asked.
 */
public final class Terminal {

    private static final int USUAL_COLUMNS = 80;

    /**
     * A blue in xterm's fixed palette. It contrasts with white and with black by more than 4.5 (WCAG 2.1), so that nobody needs to know
     * the terminal's background: what tells it, the variable {@code COLORFGBG} or the query OSC 11, few terminals answer, some late.
     */
    static final int BLUE = 63;

    /** The width of the terminal; 0 if it must be queried. */
    private static final AtomicInteger COLUMNS = new AtomicInteger();

    private Terminal() {}

    /** Returns whether stderr is a terminal. */
    public static boolean watchesErrors() {
        return property().contains("err");
    }

    /** Returns whether stdout may be coloured. */
    public static boolean colours() {
        return property().contains("out") && System.getenv("NO_COLOR") == null;
    }

    /** Returns whether stdin is a terminal. */
    public static boolean typesInput() {
        return property().contains("in");
    }

    /** Returns the columns that a line on stdout may take: all but the terminal's last, or any number in a file or a pipe. */
    public static int room() {
        return property().contains("out") ? columns() - 1 : Integer.MAX_VALUE;
    }

    /** Returns the width of the terminal, queried again after it has changed; the variable {@code COLUMNS} overrides it, as in POSIX. */
    public static int columns() {
        String wanted = System.getenv("COLUMNS");
        if (wanted != null && wanted.matches("[1-9]\\d{0,4}")) {
            return Integer.parseInt(wanted);
        }
        int known = COLUMNS.get();
        if (known == 0) {
            Signals.register("WINCH", () -> COLUMNS.set(0));
            known = asked().orElse(USUAL_COLUMNS);
            COLUMNS.set(known);
        }
        return known;
    }

    private static OptionalInt asked() {
        try {
            Process stty = new ProcessBuilder("sh", "-c", "stty size </dev/tty 2>/dev/null").start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return size.matches("\\d{1,5} [1-9]\\d{0,4}")
                    ? OptionalInt.of(Integer.parseInt(size.replaceFirst(".* ", "")))
                    : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty(); // a system without sh or stty
        }
    }

    private static String property() {
        String told = System.getProperty("heed.tty");
        return told == null ? Asked.TERMINALS : told;
    }

    /** What a process that inherits the JVM's streams says of them. */
    private static final class Asked {
        static final String TERMINALS = terminals();

        private static String terminals() {
            String tests = "n=0; [ ! -t 0 ] || n=1; [ ! -t 1 ] || n=$((n + 2)); [ ! -t 2 ] || n=$((n + 4)); exit $n";
            try {
                int found = new ProcessBuilder("sh", "-c", tests)
                        .inheritIO()
                        .start()
                        .waitFor();
                if (found > 7) {
                    return ""; // a shell that could not do it
                }
                return ((found & 1) != 0 ? "in," : "")
                        + ((found & 2) != 0 ? "out," : "")
                        + ((found & 4) != 0 ? "err" : "");
            } catch (IOException e) {
                return ""; // a system without sh
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "";
            }
        }
    }

    /** Returns text in bold if stdout is a terminal. */
    public static String bold(String text) {
        return colours() ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    /** Returns text in the colour of figures and bars if stdout is a terminal. */
    public static String blue(String text) {
        return colour(BLUE, text);
    }

    /** Returns text in one of the 256 colours if stdout is a terminal. */
    public static String colour(int number, String text) {
        return colours() ? "\u001b[38;5;%dm%s\u001b[0m".formatted(number, text) : text;
    }

    /** Returns dimmed text if stdout is a terminal. */
    public static String faint(String text) {
        return colours() ? "\u001b[2m" + text + "\u001b[0m" : text;
    }

    /** Returns a bar in eighths of a character: {@code share} of {@code width} characters, padded with spaces. */
    public static String bar(double share, int width) {
        int eighths = (int) Math.round(Math.max(0, Math.min(1, share)) * width * 8);
        String rest = eighths % 8 == 0 ? "" : String.valueOf((char) ('█' + 8 - eighths % 8));
        String bar = "█".repeat(eighths / 8) + rest;
        return bar + " ".repeat(width - bar.length());
    }
}
