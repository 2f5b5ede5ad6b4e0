package io.heed.cli.print;

import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.config.RunConfig;
import io.heed.optimizer.OptimizerChoice;
import io.heed.run.PastRun;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table of runs, one per line. */
public final class RunsTable {

    private static final String NOTHING = "-";

    /** Settings that have columns of their own. */
    private static final Set<String> SHOWN = Set.of(
            "training.steps",
            "model.layers",
            "model.width",
            "model.context",
            "tokenizer.type",
            "training.optimizer",
            "training.learning_rate",
            "training.muon_learning_rate");

    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

    private RunsTable() {}

    /** Prints a header and a line per run. */
    public static void print(List<PastRun> runs, PrintWriter out) {
        print(runs, runs.stream().map(run -> "").toList(), out);
    }

    /**
     * Prints a header and a line per run.
     *
     * @param remarks a remark on each run, which may be empty
     */
    public static void print(List<PastRun> runs, List<String> remarks, PrintWriter out) {
        print(runs, remarks, out, Terminal.room());
    }

    /**
     * Prints a header and a line per run, and below it, if not everything fits, the differing settings and the remark.
     *
     * @param room the columns that a line may take; the least important columns are left out
     */
    public static void print(List<PastRun> runs, List<String> remarks, PrintWriter out, int room) {
        TerminalTable table = new TerminalTable(
                        "",
                        "<name",
                        "<state",
                        ">steps",
                        ">best",
                        ">at step",
                        ">ppl",
                        "<shape",
                        "<tokens",
                        "<optimizer",
                        ">tokens/s",
                        "<when",
                        "~")
                .important(0, 3, 2, 1, 4, 10, 8, 6, 9, 5, 7);
        List<Map<String, String>> differences = differences(runs);
        for (int i = 0; i < runs.size(); i++) {
            table.row(row(runs.get(i), differences.get(i), remarks.get(i)));
        }
        table.print(out, room);
    }

    private static Object[] row(PastRun run, Map<String, String> differences, String remark) {
        RunConfig config = run.config();
        int planned = config.training().steps();
        boolean complete = run.state() == PastRun.State.COMPLETE;
        return new Object[] {
            Visible.text(run.name()),
            run.state().name().toLowerCase(Locale.ROOT),
            complete ? "%d".formatted(run.steps()) : "%d of %d".formatted(run.steps(), planned),
            number("%.4f", run.bestLoss()),
            run.bestStep().isPresent() ? "%d".formatted(run.bestStep().getAsInt()) : NOTHING,
            number("%.4g", run.summary().perplexity()),
            "%d × %d, %d"
                    .formatted(
                            config.model().layers(),
                            config.model().width(),
                            config.model().context()),
            tokens(config),
            optimizer(config.training()),
            number("%,.0f", run.tokensPerSecond()),
            WHEN.format(run.when().atZone(ZoneId.systemDefault())),
            Stream.concat(
                            differences.entrySet().stream()
                                    .map(setting -> setting.getKey() + "=" + Visible.text(setting.getValue())),
                            Stream.of(remark))
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining(" "))
        };
    }

    private static String number(String format, OptionalDouble number) {
        return number.isPresent() ? String.format(Locale.ROOT, format, number.getAsDouble()) : NOTHING;
    }

    /** The type of the tokenizer, unless a file or another model gives it. */
    private static String tokens(RunConfig config) {
        boolean given =
                !config.tokenizer().file().isEmpty() || !config.model().from().isEmpty();
        return given ? "given" : config.tokenizer().type().toString();
    }

    private static String optimizer(RunConfig.Training training) {
        String rate = rate(training.learningRate());
        return training.optimizer() == OptimizerChoice.MUON
                ? "muon %s, adamw %s".formatted(rate(training.muonLearningRate()), rate)
                : training.optimizer() + " " + rate;
    }

    private static String rate(double rate) {
        return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
    }

    /** For each run, the settings that differ between runs and have no column. */
    private static List<Map<String, String>> differences(List<PastRun> runs) {
        List<Map<String, String>> settings =
                runs.stream().map(PastRun::settings).toList();
        return settings.stream()
                .map(own -> {
                    Map<String, String> different = new LinkedHashMap<>(own);
                    different.keySet().removeAll(SHOWN);
                    different
                            .entrySet()
                            .removeIf(setting -> settings.stream()
                                    .allMatch(other -> setting.getValue().equals(other.get(setting.getKey()))));
                    return different;
                })
                .toList();
    }
}
