package io.heed.cli;

import io.heed.train.SettingGuide;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code heed config}: what can be configured. */
@Command(name = "config", description = "Explain every key of a configuration.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class ConfigCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = "--explain", description = "Print every key with its default and meaning, as without it.")
    @SuppressWarnings("UnusedVariable") // what this command does anyway
    private boolean explain;

    @Option(names = "--json", description = "Print the keys as one JSON array.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(SettingGuide.all()));
            return;
        }
        int width = SettingGuide.all().stream()
                .mapToInt(guide -> guide.key().length() + guide.defaultValue().length())
                .max()
                .orElse(0);
        for (SettingGuide guide : SettingGuide.all()) {
            String value = guide.defaultValue().isEmpty() ? "" : guide.defaultValue();
            String gap = " ".repeat(width + 2 - guide.key().length() - value.length());
            out.println(Terminal.bold(guide.key()) + ": " + Terminal.blue(value) + gap + guide.meaning());
        }
    }
}
