package io.heed.cli.shell;

import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of a program and all its commands, in roff with the macros of man(7). */
final class ManualPage {

    private final StringBuilder text = new StringBuilder();

    private ManualPage() {}

    /** Returns the page of a program. */
    static String of(CommandSpec program) {
        ManualPage page = new ManualPage();
        String version = Described.text(program.version());
        page.macro("TH " + program.name().toUpperCase(Locale.ROOT) + " 1 \"\" \"" + version + "\"");
        page.macro("SH NAME");
        page.line(program.name() + " - " + Described.summary(program));
        page.macro("SH SYNOPSIS");
        page.synopsis(program);
        page.macro("SH OPTIONS");
        page.arguments(program);
        page.macro("SH COMMANDS");
        Described.commands(program).values().forEach(page::command);
        page.macro("SH EXIT STATUS");
        page.item("0", "Success.");
        page.item("1", "A failure, reported in one sentence on standard error.");
        page.item("2", "A wrong command line.");
        page.item("130, 143", "Interrupted, after what was in progress is saved.");
        page.item("141", "Nobody reads the output any more.");
        return page.text.toString();
    }

    private void command(CommandSpec command) {
        macro("SS " + command.qualifiedName());
        synopsis(command);
        macro("PP");
        line(Described.summary(command));
        arguments(command);
        String footer = new Help(command, Help.defaultColorScheme(Help.Ansi.OFF)).footer();
        if (!footer.isBlank()) {
            macro("PP");
            macro("nf");
            footer.strip().lines().forEach(this::line);
            macro("fi");
        }
        Described.commands(command).values().forEach(this::command);
    }

    private void synopsis(CommandSpec command) {
        Help help = new Help(command, Help.defaultColorScheme(Help.Ansi.OFF));
        macro("nf");
        help.synopsis(0).stripTrailing().lines().forEach(this::line);
        macro("fi");
    }

    private void arguments(CommandSpec command) {
        for (PositionalParamSpec positional : command.positionalParameters()) {
            if (!positional.hidden()) {
                item(positional.paramLabel(), Described.text(positional.description()));
            }
        }
        for (OptionSpec option : Described.options(command)) {
            String value = Described.takesValue(option) ? " " + option.paramLabel() : "";
            item(String.join(", ", option.names()) + value, Described.text(option.description()));
        }
    }

    private void item(String name, String description) {
        macro("TP");
        text.append("\\fB").append(escaped(name)).append("\\fR\n");
        line(description);
    }

    private void macro(String macro) {
        text.append('.').append(macro).append('\n');
    }

    private void line(String line) {
        String escaped = escaped(line);
        text.append(escaped.matches("[.'].*") ? "\\&" : "").append(escaped).append('\n');
    }

    /** Spells what roff reads otherwise: backslashes, hyphens that are to be copied as minus signs, letters beyond ASCII. */
    private static String escaped(String line) {
        return line.codePoints()
                .mapToObj(character -> switch (character) {
                    case '\\' -> "\\e";
                    case '-' -> "\\-";
                    default -> character < 0x80 ? Character.toString(character) : "\\[u%04X]".formatted(character);
                })
                .collect(Collectors.joining());
    }
}
