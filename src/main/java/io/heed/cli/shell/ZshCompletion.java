package io.heed.cli.shell;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completions for zsh: a function for each command, which lists its options for {@code _arguments}. */
final class ZshCompletion {

    private final StringBuilder text = new StringBuilder();

    private ZshCompletion() {}

    /** Returns the completions of a program, as the file that zsh finds in its {@code fpath}. */
    static String of(CommandSpec program) {
        ZshCompletion zsh = new ZshCompletion();
        zsh.text.append("#compdef %s\n".formatted(program.name()));
        zsh.command(program, "_" + program.name());
        zsh.text.append("\nif [ \"$funcstack[1]\" = _%1$s ]; then _%1$s \"$@\"; else compdef _%1$s %1$s; fi\n"
                .formatted(program.name())); // as a function of fpath, or read by source
        return zsh.text.toString();
    }

    private void command(CommandSpec command, String function) {
        Map<String, CommandSpec> commands = Described.commands(command);
        commands.forEach((name, each) -> command(each, function + "_" + name));
        text.append("\n%s() {\n".formatted(function));
        if (!commands.isEmpty()) {
            text.append("  local line state\n");
        }
        text.append("  _arguments").append(commands.isEmpty() ? "" : " -C");
        for (OptionSpec option : Described.options(command)) {
            for (String name : option.names()) {
                argument(option(option, name));
            }
        }
        if (commands.isEmpty()) {
            for (PositionalParamSpec positional : command.positionalParameters()) {
                boolean rest = positional.index().max() > positional.index().min();
                argument("%s:%s:%s"
                        .formatted(
                                rest ? "*" : positional.index().min() + 1 + ":",
                                part(positional.paramLabel()),
                                action(positional)));
            }
            text.append("\n}\n");
            return;
        }
        argument("1: :->command");
        argument("*:: :->rest");
        text.append("\n  case $state in\n    command)\n      local -a commands=(");
        commands.forEach((name, each) -> text.append("\n        ")
                .append(quoted(name + ":" + Described.summary(each).replace(":", "\\:"))));
        text.append("\n      )\n      _describe command commands ;;\n    rest)\n      case $line[1] in\n");
        commands.keySet().forEach(name -> text.append("        %1$s) %2$s_%1$s ;;\n".formatted(name, function)));
        text.append("      esac ;;\n  esac\n}\n");
    }

    private void argument(String argument) {
        text.append(" \\\n    ").append(quoted(argument));
    }

    private static String option(OptionSpec option, String name) {
        String repeated = option.isMultiValue() ? "*" : "(" + String.join(" ", option.names()) + ")";
        String described = "[" + part(Described.summary(option)) + "]";
        if (!Described.takesValue(option)) {
            return repeated + name + described;
        }
        String joined = name.startsWith("--") ? "=" : ""; // --name=VALUE or --name VALUE
        return repeated + name + joined + described + ":" + part(option.paramLabel()) + ":" + action(option);
    }

    private static String action(ArgSpec argument) {
        List<String> values = Described.values(argument);
        if (!values.isEmpty()) {
            return "(" + String.join(" ", values) + ")";
        }
        return argument.isOption() && !Described.takesFile(argument) ? " " : "_files";
    }

    private static String part(String text) {
        return text.replaceAll("[\\\\:\\[\\]]", "\\\\$0");
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
