package io.heed.cli;

import io.heed.cli.live.WatchedTraining;
import io.heed.cli.options.WatchChoice;
import io.heed.cli.print.RateTestPrinter;
import io.heed.cli.print.TrainingPrinter;
import io.heed.train.TrainingRun;
import io.heed.train.TrainingSite;
import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heed train}: text in, model folder out. */
@Command(
        name = "train",
        description = "Train a transformer on a text, following a configuration.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The best model goes to models/NAME, the latest and the metrics to models/NAME/training.",
            "Ctrl-C finishes the step, saves and exits with code 130; a second one exits at once.",
            "",
            "  heed train configs/toy.yaml --set name=mine",
            "  heed train configs/toy.yaml --set name=ours --set data.train=my-text.txt",
            "  heed train configs/toy.yaml --set data.train=my-text.txt --find-learning-rate",
            "  heed train configs/toy.yaml --set name=mine --watch",
            "  heed train --resume models/mine",
            "  heed train --resume models/mine --set training.steps=2000",
            "  heed train configs/toy.yaml --set name=mine --overwrite"
        })
@SuppressWarnings("NullAway.Init")
final class TrainCommand extends TrainingCommand {

    @Option(
            names = "--find-learning-rate",
            description =
                    "Instead of training, take up to 100 steps at rates that grow until the loss explodes, and suggest rates;"
                            + " with --json, as one object.")
    private boolean findRate;

    @Mixin
    private WatchChoice watch;

    @Override
    public Integer call() {
        requireUsage();
        if (watch.wanted() && findRate) {
            throw new CommandLine.ParameterException(
                    spec().commandLine(), "--find-learning-rate trains nothing to watch: omit --watch");
        }
        if (!findRate) {
            return train(TrainingSite.HERE);
        }
        if (touchesRun()) {
            throw new CommandLine.ParameterException(
                    spec().commandLine(),
                    "--find-learning-rate tests CONFIG's rates and touches no run: omit --resume and --overwrite");
        }
        PrintWriter out = spec().commandLine().getOut();
        return new RateTestPrinter(out, spec().commandLine().getErr(), json()).run(config(), models());
    }

    @Override
    protected TrainingRun.Result run(TrainingSite site, TrainingPrinter printer, BooleanSupplier interrupted) {
        if (!watch.wanted()) {
            return super.run(site, printer, interrupted);
        }
        if (frames() == 0) {
            set("training.frames=" + WatchChoice.FRAMES);
        }
        String name = String.valueOf(runFolder().toAbsolutePath().normalize().getFileName());
        try (WatchedTraining watched = new WatchedTraining(name, watch, printer, interrupted)) {
            return watched.run(live -> run(site, live), (live, seed) -> restart(site, seed, live));
        }
    }
}
