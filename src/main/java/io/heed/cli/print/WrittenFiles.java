package io.heed.cli.print;

import io.heed.text.Visible;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** Tells which files a command has written. */
public final class WrittenFiles {

    private WrittenFiles() {}

    /**
     * Prints one line, if there are any.
     *
     * @param out what was printed before
     * @param err where the line goes
     */
    public static void tell(List<Path> files, PrintWriter out, PrintWriter err) {
        if (files.isEmpty()) {
            return;
        }
        out.flush();
        String first = Visible.text(files.get(0).toString());
        err.println("heed: wrote "
                + switch (files.size()) {
                    case 1 -> first;
                    case 2 -> first + " and " + Visible.text(files.get(1).toString());
                    default -> "%d files, %s first".formatted(files.size(), first);
                });
    }
}
