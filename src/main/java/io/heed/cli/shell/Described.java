package io.heed.cli.shell;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What picocli knows of commands and their arguments, as plain text. */
final class Described {

    private Described() {}

    /** Returns the commands of a program or group by name. */
    static Map<String, CommandSpec> commands(CommandSpec group) {
        Map<String, CommandSpec> commands = new LinkedHashMap<>();
        group.subcommands().forEach((name, command) -> commands.put(name, command.getCommandSpec()));
        return commands;
    }

    /** Returns the options that help shows. */
    static List<OptionSpec> options(CommandSpec command) {
        return command.options().stream().filter(option -> !option.hidden()).toList();
    }

    /** Returns what a command is for. */
    static String summary(CommandSpec command) {
        return text(command.usageMessage().description());
    }

    /** Returns the first sentence about an argument, without its stop. */
    static String summary(ArgSpec argument) {
        return text(argument.description()).replaceFirst("\\.( .*)?$", "");
    }

    /** Returns lines as one text, as help would show it. */
    static String text(String... lines) {
        return Ansi.OFF
                .string(String.join(" ", lines).replace("%n", " ").replace("%%", "%"))
                .strip();
    }

    static boolean takesValue(OptionSpec option) {
        return option.arity().max() > 0;
    }

    static boolean takesFile(ArgSpec argument) {
        return Stream.concat(Stream.of(argument.type()), Stream.of(argument.auxiliaryTypes()))
                .anyMatch(type -> Path.class.isAssignableFrom(type) || File.class.isAssignableFrom(type));
    }

    /** Returns the values to choose from; empty where any is allowed. */
    static List<String> values(ArgSpec argument) {
        List<String> values = new ArrayList<>();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(values::add);
        }
        return values;
    }
}
