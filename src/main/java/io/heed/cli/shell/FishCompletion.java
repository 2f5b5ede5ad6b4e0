package io.heed.cli.shell;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completions for fish: a line for each command and option, with the words before which it is offered. */
final class FishCompletion {

    private static final String CONDITIONS = """
            # Whether the first words after the program are these.
            function __%1$s_at
                set -l words (commandline -opc)
                set -e words[1]
                test (count $words) -ge (count $argv); or return 1
                for i in (seq (count $argv))
                    test $words[$i] = $argv[$i]; or return 1
                end
            end

            # Whether they are all there is so far.
            function __%1$s_after
                test (count (commandline -opc)) -eq (math (count $argv) + 1); and __%1$s_at $argv
            end
            """;

    private final StringBuilder text = new StringBuilder();
    private final String program;

    private FishCompletion(String program) {
        this.program = program;
    }

    /** Returns the completions of a program. */
    static String of(CommandSpec program) {
        FishCompletion fish = new FishCompletion(program.name());
        fish.text.append(CONDITIONS.formatted(program.name()));
        fish.command(program, "");
        return fish.text.toString();
    }

    /** @param path the words that lead to the command, each with a space before it */
    private void command(CommandSpec command, String path) {
        Map<String, CommandSpec> commands = Described.commands(command);
        String after = "__%s_after%s".formatted(program, path);
        String at = commands.isEmpty() ? "__%s_at%s".formatted(program, path) : after;
        if (!commands.isEmpty()) {
            line(after, "-f");
        }
        commands.forEach((name, each) -> line(after, "-a " + name + description(Described.summary(each))));
        for (OptionSpec option : Described.options(command)) {
            line(at, names(option) + value(option) + description(Described.summary(option)));
        }
        for (PositionalParamSpec positional : command.positionalParameters()) {
            List<String> values = Described.values(positional);
            if (!values.isEmpty()) {
                line(at, "-f -a " + quoted(String.join(" ", values)));
            }
        }
        commands.forEach((name, each) -> command(each, path + " " + name));
    }

    private void line(String condition, String rest) {
        text.append("complete -c %s -n '%s' %s\n".formatted(program, condition, rest));
    }

    private static String names(OptionSpec option) {
        StringBuilder names = new StringBuilder();
        for (String name : option.names()) {
            names.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        return names.substring(1);
    }

    private static String value(OptionSpec option) {
        if (!Described.takesValue(option)) {
            return "";
        }
        List<String> values = Described.values(option);
        if (!values.isEmpty()) {
            return " -x -a " + quoted(String.join(" ", values));
        }
        return Described.takesFile(option) ? " -r -F" : " -x";
    }

    private static String description(String description) {
        return " -d " + quoted(description);
    }

    private static String quoted(String word) {
        return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
