package io.heed.cli.options;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The end of a file's name, which says what is in it. */
public final class FileEnd {

    private FileEnd() {}

    /** Returns the end of a file's name in lower case, without its dot; "" without one. */
    public static String of(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1);
    }

    /**
     * Refuses a name that promises something else than what is written.
     *
     * @param option the option that names the file
     * @param what what is written, such as {@code a lesson}
     * @param ends the ends that fit, without a dot
     */
    public static void require(CommandLine command, String option, Path file, String what, List<String> ends) {
        if (!ends.contains(of(file))) {
            String all = ends.stream().map(end -> "." + end).collect(Collectors.joining(", "));
            throw new ParameterException(
                    command,
                    "%s: %s: %s is written as %s; end the file's name so"
                            .formatted(option, file, what, all.replaceFirst(", (?=[^,]*$)", " or ")));
        }
    }
}
