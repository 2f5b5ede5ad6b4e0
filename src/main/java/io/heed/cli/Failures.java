package io.heed.cli;

import io.heed.HeedException;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Tells failures to a person. */
final class Failures {

    private Failures() {}

    /** One sentence, and one a line for each failure that was found with it. Failures that are not the user's to mend say how to see more. */
    static String sentence(Throwable failure) {
        if (failure instanceof HeedException) {
            return Stream.concat(Stream.of(failure), Stream.of(failure.getSuppressed()))
                    .filter(HeedException.class::isInstance)
                    .map(found -> Visible.text(String.valueOf(found.getMessage())))
                    .collect(Collectors.joining("\nheed: "));
        }
        if (failure instanceof OutOfMemoryError) {
            return "there is not enough memory; try a smaller batch, width or context";
        }
        String first = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return "unexpected %s: %s (--debug shows where)"
                .formatted(failure.getClass().getSimpleName(), first);
    }

    /** How picocli says that a value is not one of several, which it names as the code does. */
    private static final Pattern CHOICE = Pattern.compile(
            "Invalid value for option '([^']+)'.*: expected one of \\[(.+)] \\(case-insensitive\\) but was '(.*)'");

    /** What is wrong with a command line, in one sentence. */
    static String misuse(CommandLine.ParameterException failure) {
        return Visible.text(misused(failure));
    }

    private static String misused(CommandLine.ParameterException failure) {
        String message = String.valueOf(failure.getMessage()).replaceFirst("^Error: ", "");
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unmatched(unmatched, unmatched.getUnmatched().get(0));
        }
        Matcher choice = CHOICE.matcher(message);
        if (choice.matches()) {
            return "%s: '%s' is not one of %s"
                    .formatted(choice.group(1), choice.group(3), choice.group(2).toLowerCase(Locale.ROOT));
        }
        return message.replaceFirst("'(-?\\d+)' is not (an int|a long)$", "'$1' is too large a number")
                .replaceFirst("is not (an int|a long)$", "is not a whole number")
                .replaceFirst("is not a double$", "is not a number");
    }

    private static String unmatched(CommandLine.UnmatchedArgumentException failure, String first) {
        String meant = failure.getSuggestions().isEmpty()
                ? ""
                : "; did you mean %s?".formatted(failure.getSuggestions().get(0));
        if (failure.isUnknownOption()) {
            return "there is no option %s%s".formatted(first, meant);
        }
        if (failure.getCommandLine().getParent() == null) {
            return "there is no command %s%s".formatted(first, meant);
        }
        return "%s is one argument too many; write a text of several words in quotes".formatted(first);
    }

    static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
