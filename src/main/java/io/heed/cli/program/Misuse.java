package io.heed.cli.program;

import io.heed.text.EditDistance;
import io.heed.text.Visible;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Says what is wrong with a command line, in one sentence, where picocli's own speaks of the code. */
final class Misuse {

    private static final String TEXT = "TEXT";

    /** A message of picocli's, and the sentence instead; null if it is not that message after all. */
    private record Rule(Pattern message, Function<MatchResult, String> sentence) {

        Rule(String message, Function<MatchResult, String> sentence) {
            this(Pattern.compile(message), sentence);
        }
    }

    private static final String ARGUMENT =
            "Invalid value for (?:option '([^']+)'(?: \\([^)]*\\))?|positional parameter at index \\S+ \\(([^)]+)\\)): ";

    private final CommandSpec spec;
    private final List<Rule> rules = List.of(
            new Rule("Unknown subcommand '(.*)'\\.", found -> noCommand(found.group(1))),
            new Rule(
                    ARGUMENT + "expected one of \\[(.+)] \\(case-insensitive\\) but was '(.*)'",
                    found -> noChoice(name(found), found.group(4), found.group(3))),
            new Rule(
                    ARGUMENT + "'(.*)' is not a boolean",
                    found -> name(found) + " takes no value; leave out " + found.group(3)),
            new Rule(
                    ARGUMENT + "'(-?\\d+)' is not (?:an int|a long)",
                    found -> "%s: '%s' is too large a number".formatted(name(found), found.group(3))),
            new Rule(
                    ARGUMENT + "'(.*)' is not (?:an int|a long)",
                    found -> "%s: '%s' is not a whole number".formatted(name(found), found.group(3))),
            new Rule(
                    ARGUMENT + "'(.*)' is not a (?:double|float)",
                    found -> "%s: '%s' is not a number".formatted(name(found), found.group(3))),
            new Rule(ARGUMENT + "(.*)", found -> name(found) + ": " + found.group(3)),
            new Rule("Missing required parameter for option '([^']+)'.*", found -> needsValue(found.group(1))),
            new Rule(
                    "Expected parameter for option '([^']+)' but found '(.*)'",
                    found -> "%s, before %s".formatted(needsValue(found.group(1)), found.group(2))),
            new Rule(
                    "option '([^']+)'.* should be specified only once",
                    found -> found.group(1) + " is given more than once; give it once"),
            new Rule(
                    "(.*) are mutually exclusive \\(specify only one\\)",
                    found -> found.group(1).replaceAll("=[^,]*", "").replaceFirst(", (?=[^,]*$)", " and ")
                            + " exclude each other; give one of them"));

    private Misuse(CommandSpec spec) {
        this.spec = spec;
    }

    /** Returns what is wrong with a command line. */
    static String sentence(ParameterException failure) {
        return Visible.text(new Misuse(failure.getCommandLine().getCommandSpec()).of(failure));
    }

    private String of(ParameterException failure) {
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String first = unmatched.getUnmatched().get(0);
            return unmatched.isUnknownOption() ? noOption(first) : tooMany(first);
        }
        String message = String.valueOf(failure.getMessage()).replaceFirst("^Error: ", "");
        for (Rule rule : rules) {
            Matcher found = rule.message.matcher(message);
            if (found.matches()) {
                return rule.sentence.apply(found.toMatchResult());
            }
        }
        if (failure instanceof CommandLine.MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            return missing(missing.getMissing());
        }
        return message;
    }

    private String noOption(String given) {
        return spec.optionsMap().values().stream()
                .filter(option -> List.of(option.names()).stream().anyMatch(given::equalsIgnoreCase))
                .findFirst()
                .map(option -> "there is no option %s; did you mean %s?".formatted(given, option.longestName()))
                .orElseGet(() -> "there is no option %s%s"
                        .formatted(given, meant(given, spec.optionsMap().keySet())));
    }

    private String tooMany(String first) {
        if (!spec.subcommands().isEmpty()) {
            return noCommand(first);
        }
        List<String> taken =
                spec.positionalParameters().stream().map(ArgSpec::paramLabel).toList();
        String wayOut = taken.contains(TEXT)
                ? "put a text of several words in quotes"
                : spec.qualifiedName() + " takes "
                        + (taken.isEmpty() ? "no arguments" : "only " + String.join(" and ", taken));
        return "%s is one argument too many; %s".formatted(first, wayOut);
    }

    /** Also suggests the option of that name. */
    private String noCommand(String word) {
        String option = "--" + word;
        String meant = spec.optionsMap().containsKey(option)
                ? "; did you mean %s?".formatted(option)
                : meant(word, spec.subcommands().keySet());
        return "there is no command %s%s".formatted(word, meant);
    }

    /** Choices that the code also knows by another spelling are named once. */
    private static String noChoice(String argument, String given, String choices) {
        List<String> all = List.of(choices.toLowerCase(Locale.ROOT).split(", "));
        List<String> named = all.stream()
                .filter(each -> !each.contains("_") || !all.contains(each.replace('_', '-')))
                .toList();
        return "%s: '%s' is not one of %s%s"
                .formatted(argument, given, String.join(", ", named), meant(given.toLowerCase(Locale.ROOT), named));
    }

    private String needsValue(String name) {
        OptionSpec option = spec.optionsMap().get(name);
        return option == null
                ? name + " needs a value"
                : "%s needs a value; write %s %s".formatted(name, name, option.paramLabel());
    }

    private static String missing(List<ArgSpec> arguments) {
        if (arguments.size() > 1) {
            return arguments.stream().map(Misuse::name).sorted().collect(Collectors.joining(" and ")) + " are missing";
        }
        ArgSpec only = arguments.get(0);
        return only.isOption()
                ? "%s is missing; add %s %s".formatted(name(only), name(only), only.paramLabel())
                : "%s is missing; give %s".formatted(name(only), about(only));
    }

    /** The first sentence about an argument, as part of another. */
    private static String about(ArgSpec argument) {
        String said = String.join(" ", argument.description()).replaceFirst("\\.( .*)?$", "");
        Matcher word = Pattern.compile("[A-Z](?![A-Z])").matcher(said);
        return word.lookingAt() ? said.substring(0, 1).toLowerCase(Locale.ROOT) + said.substring(1) : said;
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String name(MatchResult found) {
        return Objects.requireNonNullElse(found.group(1), found.group(2));
    }

    /** Suggests the closest name. */
    private static String meant(String word, Collection<String> names) {
        return EditDistance.closest(word, names)
                .map("; did you mean %s?"::formatted)
                .orElse("");
    }
}
