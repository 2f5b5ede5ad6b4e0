package io.heed.cli;

import io.heed.HeedException;
import io.heed.Home;
import io.heed.Json;
import io.heed.cli.options.ModelsOption;
import io.heed.cli.terminal.Terminal;
import io.heed.config.ConfigReader;
import io.heed.config.ConfigSchema;
import io.heed.config.SettingGuide;
import io.heed.text.Visible;
import io.heed.train.RunChecks;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed config}: explains the keys of a configuration, or checks one. */
@Command(
        name = "config",
        description = "Explain every key of a configuration, or check one.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "  heed config --explain training",
            "  heed config --check configs/toy.yaml --set training.steps=200",
            "",
            "Exit code 1 if the checked configuration is wrong."
        })
@SuppressWarnings("NullAway.Init")
final class ConfigCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "KEY",
            arity = "0..*",
            description =
                    "Explain only these keys: training.steps, all of training, or those starting with training.b.")
    private List<String> keys = new ArrayList<>();

    @ArgGroup
    private @Nullable Task task;

    /** The task. */
    private static final class Task {

        @Option(
                names = "--explain",
                description = "Print every key with its default, range and meaning; the same as no option.")
        @SuppressWarnings("UnusedVariable") // what this command does anyway
        private boolean explain;

        @Option(names = "--schema", description = "Print the JSON Schema of a configuration, for editors.")
        private boolean schema;

        @Option(
                names = "--check",
                paramLabel = "CONFIG",
                description =
                        "Report everything that keeps heed train from running a configuration, or else the keys at their defaults."
                                + " Texts are read, and cut into tokens up to 16 MiB.")
        private @Nullable Path check;
    }

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Check with a setting overridden, as in heed train. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Mixin
    private ModelsOption models;

    @Option(
            names = "--json",
            description = "Print the keys as one JSON array, or the result of --check as one JSON object.")
    private boolean json;

    /**
     * The result of a check.
     *
     * @param right whether nothing is wrong
     * @param problems the problems, a sentence each
     * @param notChecked what was not checked
     * @param defaults the keys left at their defaults, with these
     */
    record Checked(
            boolean right, List<String> problems, List<String> notChecked, Map<String, @Nullable Object> defaults) {}

    @Override
    public Integer call() {
        Path checked = task == null ? null : task.check;
        boolean schema = task != null && task.schema;
        if (!keys.isEmpty() && (schema || checked != null)) {
            throw new ParameterException(
                    spec.commandLine(), "%s is a key to explain; omit it here".formatted(keys.get(0)));
        }
        if (!overrides.isEmpty() && checked == null) {
            throw new ParameterException(spec.commandLine(), "--set needs --check CONFIG");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (checked != null) {
            return check(out, Home.find(checked));
        }
        if (schema) {
            out.print(ConfigSchema.json());
            out.flush();
        } else if (json) {
            out.println(Json.line(chosen().stream()
                    .filter(guide -> guide.type() != SettingGuide.Type.GROUP)
                    .toList()));
        } else {
            explain(out);
        }
        return 0;
    }

    private List<SettingGuide> chosen() {
        if (keys.isEmpty()) {
            return SettingGuide.all();
        }
        Set<SettingGuide> chosen = new LinkedHashSet<>();
        for (String key : keys) {
            List<SettingGuide> matching = SettingGuide.matching(key);
            if (matching.isEmpty()) {
                throw new HeedException("%s: there is no such key%s".formatted(key, SettingGuide.hint(key)));
            }
            chosen.addAll(matching);
        }
        return List.copyOf(chosen);
    }

    private void explain(PrintWriter out) {
        boolean first = true;
        for (SettingGuide guide : chosen()) {
            if (guide.type() == SettingGuide.Type.GROUP) {
                out.println((first ? "" : "\n") + Terminal.bold(guide.key()) + ": " + guide.meaning());
            } else {
                String value = value(guide);
                String gap = " ".repeat(Math.max(2, 36 - guide.key().length() - value.length()));
                out.println("  " + Terminal.bold(guide.key()) + ": " + Terminal.blue(value) + gap
                        + Terminal.faint(range(guide)));
                out.println("      " + guide.meaning());
            }
            first = false;
        }
    }

    private int check(PrintWriter out, Path file) {
        ConfigReader.Check check = new RunChecks(TrainingCommand::found, models.folder(), true).check(file, overrides);
        boolean right = check.right();
        if (json) {
            Map<String, @Nullable Object> defaults = new LinkedHashMap<>();
            check.defaults().forEach(guide -> defaults.put(guide.key(), guide.defaultValue()));
            out.println(Json.line(new Checked(right, check.problems(), check.skipped(), defaults)));
        } else if (right) {
            out.println("%s is valid. ".formatted(Visible.text(file.toString()))
                    + (check.defaults().isEmpty() ? "It sets every key." : "It leaves these at their defaults:"));
            check.defaults().forEach(guide -> out.println("  " + guide.key() + ": " + Terminal.blue(value(guide))));
        } else {
            PrintWriter err = spec.commandLine().getErr();
            check.problems().forEach(problem -> err.println("heed: " + Visible.text(problem)));
        }
        if (!json) {
            check.skipped().forEach(what -> out.println("Not checked: " + what + "."));
        }
        return right ? 0 : 1;
    }

    /** A default as written in YAML. */
    private static String value(SettingGuide guide) {
        Object value = guide.defaultValue();
        if (value == null) {
            return Terminal.faint("(required)");
        }
        if (value instanceof Double number) {
            return number(number, "%.0f");
        }
        return value.equals("") ? "''" : value.toString();
    }

    private static String range(SettingGuide guide) {
        return switch (guide.type()) {
            case GROUP -> "";
            case INTEGER -> "whole number" + limits(guide);
            case NUMBER -> "number" + limits(guide);
            case BOOLEAN -> "true or false";
            case CHOICE -> String.join(", ", guide.allowed());
            case TEXT -> "text";
            case TEXTS -> "text, or list of texts";
        };
    }

    private static String limits(SettingGuide guide) {
        String least = limit(guide.minimum());
        String most = limit(guide.maximum());
        if (!least.isEmpty() && !most.isEmpty()) {
            return ", %s to %s".formatted(least, most);
        }
        return least.isEmpty() ? most.isEmpty() ? "" : ", at most " + most : ", at least " + least;
    }

    private static String limit(@Nullable Number limit) {
        return limit == null || Math.abs(limit.doubleValue()) >= Long.MAX_VALUE ? "" : number(limit, "%,.0f");
    }

    private static String number(Number number, String whole) {
        double value = number.doubleValue();
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, whole, value)
                : String.valueOf(value).replace(".0E", "E").replace('E', 'e');
    }
}
