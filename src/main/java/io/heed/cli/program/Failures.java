package io.heed.cli.program;

import io.heed.HeedException;
import io.heed.kernels.EngineLibrary;
import io.heed.text.EditDistance;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Describes failures to the user. */
public final class Failures {

    private Failures() {}

    /** Returns one sentence, and a line for each failure found with it; one that the user cannot fix says how to see more. */
    public static String sentence(Throwable failure) {
        if (failure instanceof HeedException) {
            return Stream.concat(Stream.of(failure), Stream.of(failure.getSuppressed()))
                    .filter(HeedException.class::isInstance)
                    .map(found -> Visible.text(String.valueOf(found.getMessage())))
                    .collect(Collectors.joining("\nheed: "));
        }
        if (failure instanceof OutOfMemoryError) {
            return "there is not enough memory; try a smaller batch, width or context";
        }
        Optional<String> unpacking = EngineLibrary.unpackingFailure(failure);
        if (unpacking.isPresent()) {
            return Visible.text(unpacking.get());
        }
        String first = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return "unexpected %s: %s (--debug shows where)"
                .formatted(failure.getClass().getSimpleName(), first);
    }

    /** Picocli's message for a value that is not one of several, which it names as the code does. */
    private static final Pattern CHOICE = Pattern.compile(
            "Invalid value for option '([^']+)'.*: expected one of \\[(.+)] \\(case-insensitive\\) but was '(.*)'");

    /** Picocli's message for help on an unknown command. */
    private static final Pattern COMMAND = Pattern.compile("Unknown subcommand '(.*)'\\.");

    /** Returns what is wrong with a command line, in one sentence. */
    public static String misuse(CommandLine.ParameterException failure) {
        return Visible.text(misused(failure));
    }

    private static String misused(CommandLine.ParameterException failure) {
        String message = String.valueOf(failure.getMessage()).replaceFirst("^Error: ", "");
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unmatched(unmatched, unmatched.getUnmatched().get(0));
        }
        Matcher unknown = COMMAND.matcher(message);
        if (unknown.matches()) {
            return noCommand(unknown.group(1), failure.getCommandLine().getCommandSpec());
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
        CommandLine.Model.CommandSpec spec = failure.getCommandLine().getCommandSpec();
        if (failure.isUnknownOption()) {
            return "there is no option %s%s"
                    .formatted(first, meant(first, spec.optionsMap().keySet()));
        }
        if (!spec.subcommands().isEmpty()) {
            return noCommand(first, spec);
        }
        return "%s is one argument too many; put a text of several words in quotes".formatted(first);
    }

    private static String noCommand(String word, CommandLine.Model.CommandSpec parent) {
        return "there is no command %s%s"
                .formatted(word, meant(word, parent.subcommands().keySet()));
    }

    private static String meant(String word, Set<String> names) {
        return EditDistance.closest(word, names)
                .map("; did you mean %s?"::formatted)
                .orElse("");
    }

    public static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
