package io.heed.run;

import io.heed.HeedException;
import io.heed.Shell;
import io.heed.checkpoint.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Protects the model or run in a folder when another is to be trained under its name. */
final class Predecessor {

    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

    private Predecessor() {}

    /**
     * Refuses to lose a model or an unfinished run in a folder; changes nothing.
     *
     * @throws HeedException if there is a model or a run that can be resumed, with its quality and the alternatives
     */
    static void refuseToLose(Path folder) {
        boolean resumable = RunCheckpoint.isIn(folder);
        if (!resumable && !ModelFolder.isModel(folder)) {
            return;
        }
        if (resumable && !RunCheckpoint.read(folder).about().ended()) {
            List<String> resume = new ArrayList<>(
                    RunCheckpoint.read(folder).about().read(List.of()).trainingCommand());
            resume.addAll(List.of("--resume", folder.toString()));
            throw new HeedException(
                    "%s has an unfinished run (%s); resume it with: %s (or discard it with heed train --overwrite, or %s)"
                            .formatted(folder, described(folder), Shell.line(resume), otherName(folder)));
        }
        throw new HeedException("%s already has a model (%s); replace it with heed train --overwrite, or %s"
                .formatted(folder, described(folder), otherName(folder)));
    }

    private static String described(Path folder) {
        List<String> parts = new ArrayList<>();
        Instant when;
        if (PastRun.isRun(folder)) {
            PastRun run = PastRun.read(folder);
            when = run.when();
            int planned = run.config().training().steps();
            run.bestLoss()
                    .ifPresent(loss -> parts.add(String.format(
                            Locale.ROOT,
                            "best validation loss %.4f at step %d",
                            loss,
                            run.bestStep().orElse(0))));
            parts.add("%d of %d steps".formatted(run.steps(), planned));
        } else {
            when = written(folder);
        }
        parts.add(WHEN.format(when.truncatedTo(ChronoUnit.MINUTES).atZone(ZoneId.systemDefault())));
        return String.join(", ", parts);
    }

    private static Instant written(Path folder) {
        try {
            return Files.getLastModifiedTime(folder).toInstant();
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /** Returns a free name. */
    private static String otherName(Path folder) {
        String name = String.valueOf(folder.getFileName());
        String free = IntStream.iterate(2, i -> i + 1)
                .mapToObj(i -> name + "-" + i)
                .filter(other -> !Files.exists(folder.resolveSibling(other)))
                .findFirst()
                .orElseThrow();
        return "give this run another name, as in " + Shell.line(List.of("--set", "name=" + free));
    }
}
