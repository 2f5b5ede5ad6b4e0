package io.heed.watch;

import io.heed.HeedException;
import io.heed.Json;
import io.heed.Shell;
import io.heed.checkpoint.LanguageModel;
import io.heed.config.RunConfig;
import io.heed.inspect.Recording;
import io.heed.inspect.heads.HeadCard;
import io.heed.inspect.heads.HeadCards;
import io.heed.inspect.heads.HeadMeasure;
import io.heed.inspect.heads.PlantedScores;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import io.heed.predict.Sample;
import io.heed.run.Progress;
import io.heed.run.RunChange;
import io.heed.run.RunFolder;
import io.heed.text.corpus.Corpus;
import io.heed.text.corpus.FrequencyLosses;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToySentence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps what happens in a run: frames, spread evenly over its steps, evaluations, what the heads do, and what somebody changed. What is kept
 * depends on the configuration and the text alone, apart from speeds and times. For the training thread.
 */
public final class FrameKeeper {

    /** Every so many frames have the answer without each head. */
    private static final int EFFECTS_EVERY = 4;

    /** The most characters of frames of a run. */
    private static final long LARGEST = 1L << 25;

    /** The most characters of all that is kept, but for the end. */
    private static final long MOST = LARGEST + (1L << 23);

    /** The most evaluations of which the heads' measures are kept. */
    private static final int MEASURED = 200;

    /** How many of so many held-out sentences of the toy corpus measure a model of it, and of how many lengths. */
    private static final int PLANTED = 16;

    private static final int LENGTHS = 3;
    private static final int HELD_OUT = 1000;

    /** The number of tokens of a sample, and of words that one begins with, if the configuration names no text. */
    private static final int SAMPLED = 10;

    private static final int WORDS = 3;

    /**
     * What is watched.
     *
     * @param folder the run's folder
     * @param watcher hears of what is kept
     */
    public record Run(RunConfig config, Corpus corpus, LanguageModel model, Path folder, Watcher watcher) {}

    private final RunConfig config;
    private final Corpus corpus;
    private final LanguageModel model;
    private final Watcher watcher;
    private final Path folder;
    private final FrameFile file;
    private final FrameTaker taker;
    private final int frames;
    private final List<ToySentence> planted;
    private final FrequencyLosses references;
    private final String sampled;
    private final FirstTimes firstTimes = new FirstTimes();
    private int taken;
    private int evaluations;
    private int updates;
    private double lossSum;
    private long written;
    private boolean full;
    private boolean failed;

    /**
     * Prepares to keep frames.
     *
     * @throws HeedException if it is a model of which no frames can be taken
     */
    public FrameKeeper(Run run) {
        config = run.config;
        corpus = run.corpus;
        model = run.model;
        watcher = run.watcher;
        if (model.transformer().config().translates()) {
            throw new HeedException(
                    "training.frames, which --watch sets: frames show a model that continues a text, and this one translates;"
                            + " omit both");
        }
        folder = run.folder;
        file = new FrameFile(folder);
        taker = new FrameTaker(ProbeText.choose(model, config.training().sample(), corpus.validation()));
        long size = FrameTaker.size(model, taker.probe().encoded().length());
        frames = (int) Math.max(1, Math.min(config.training().frames(), LARGEST / size));
        List<ToySentence> sentences =
                PlantedScores.ofFewLengths(new ToyCorpus(ToyCorpus.SEED).heldOut(HELD_OUT), LENGTHS, PLANTED);
        planted = PlantedScores.possible(model, sentences) ? sentences : List.of();
        references = FrequencyLosses.of(corpus);
        sampled = config.training().sample().isEmpty()
                ? beginning(taker.probe().text())
                : config.training().sample();
    }

    private static String beginning(String text) {
        return Arrays.stream(text.split("\\s+")).limit(WORDS).collect(Collectors.joining(" "));
    }

    /**
     * Begins, anew or where the run had stopped.
     *
     * @param moment before the first step
     * @param start what the run is
     * @param changes what somebody has changed by now
     */
    public void begin(Watcher.Moment moment, Progress.Start start, List<RunChange> changes) {
        watcher.begins(this, moment);
        updates = moment.updates();
        lossSum = moment.lossSum();
        if (frames < config.training().frames()) {
            watcher.progress()
                    .warned("training.frames: %d frames of this model are too many to keep; %d are kept"
                            .formatted(config.training().frames(), frames));
        }
        List<String> earlier = earlier(moment.step(), changes);
        RunEvent.Began began = began(moment, start);
        if (earlier.isEmpty()) {
            keep(began);
            keep(taker.probe().event(moment.step()));
            moment.see(seen -> keep(frame(moment, true)));
        } else {
            earlier.forEach(this::remember);
            if (!same(earlier, began)) {
                keep(began);
            }
        }
        taken = due(moment.step());
    }

    /** What an earlier part of the run has kept; nothing if it cannot be read. */
    private List<String> earlier(int step, List<RunChange> changes) {
        try {
            if (step > 0) {
                return file.resume(step, changes);
            }
            file.delete();
        } catch (HeedException e) {
            fail(String.valueOf(e.getMessage()));
        }
        return List.of();
    }

    /** Whether a run goes on as it began. */
    private static boolean same(List<String> earlier, RunEvent.Began now) {
        return earlier.stream()
                .map(FrameFile::parse)
                .filter(event -> event.path("type").asString("").equals("began"))
                .reduce((first, second) -> second)
                .filter(last -> withoutStep(last).equals(withoutStep(FrameFile.parse(Json.ascii(now)))))
                .isPresent();
    }

    private static JsonNode withoutStep(JsonNode began) {
        if (began instanceof ObjectNode object) {
            object.remove("step");
        }
        return began;
    }

    private RunEvent.Began began(Watcher.Moment moment, Progress.Start start) {
        ModelConfig shape = model.transformer().config();
        return new RunEvent.Began(
                config.name(),
                config.seed(),
                moment.step(),
                config.training().steps(),
                shape.layers(),
                shape.heads(),
                shape.vocabulary(),
                start.parameters(),
                shape.context(),
                start.trainingTokens(),
                config.training().learningRate(),
                config.training().muonLearningRate(),
                config.training().evaluateEvery(),
                start.device(),
                start.arithmetic(),
                references,
                !planted.isEmpty());
    }

    /** Takes note of an event that an earlier part of the run kept. */
    private void remember(String line) {
        JsonNode event = FrameFile.parse(line);
        switch (event.path("type").asString("")) {
            case "caption" -> firstTimes.seen(event);
            case "evaluated" -> evaluations++;
            case "probe" -> taker.read(ProbeText.of(model, event.path("text").asString("")));
            case "frame" -> {
                updates = event.path("updates").asInt(0);
                lossSum = event.path("loss_sum").asDouble(0);
            }
            default -> {}
        }
        watcher.happened(line);
        count(line);
    }

    /** Only the end is kept of a run of which enough is. */
    private void count(String line) {
        written += line.length();
        if (written > MOST && !full) {
            full = true;
            watcher.progress()
                    .warned("%s: it has as many events as are kept of a run; only its end will be added"
                            .formatted(file.path()));
        }
    }

    /** The number of frames that are due after the first, once so many steps are taken. */
    private int due(int step) {
        return (int) ((long) step * frames / config.training().steps());
    }

    /** Where the run is. */
    Path folder() {
        return folder;
    }

    /**
     * Takes a frame for viewers alone.
     *
     * @param loss the mean training loss since the last one; null if there were no steps
     * @param effects whether to compute the answer without each head
     */
    RunEvent.Frame live(Watcher.Moment moment, @Nullable Double loss, boolean effects) {
        return taker.take(model, moment, loss, effects, true);
    }

    /**
     * Reads another text from now on, which is kept as all that changes a run.
     *
     * @throws HeedException if the model cannot read it
     */
    void read(String text, int step) {
        taker.read(ProbeText.of(model, text));
        keep(taker.probe().event(step));
    }

    /** Takes a frame if one is due; called after each step. */
    public void look(Watcher.Moment moment) {
        int due = due(moment.step());
        if (due > taken) {
            taken = due;
            boolean last = moment.step() == config.training().steps();
            moment.see(seen -> keep(frame(moment, last || taken % EFFECTS_EVERY == 0)));
        }
    }

    private RunEvent.Frame frame(Watcher.Moment moment, boolean effects) {
        int since = moment.updates() - updates;
        Double loss = since == 0 ? null : (moment.lossSum() - lossSum) / since;
        updates = moment.updates();
        lossSum = moment.lossSum();
        return taker.take(model, moment, loss, effects, false);
    }

    /** The model was evaluated; its weights are those that were. */
    public void evaluated(Progress.Evaluation evaluation) {
        keep(new RunEvent.Evaluated(
                evaluation.step(),
                evaluation.trainingLoss(),
                evaluation.validationLoss(),
                evaluation.best(),
                evaluation.rate(),
                evaluation.gradientNorm(),
                evaluation.layers(),
                Sample.of(model, sampled, SAMPLED)));
        firstTimes
                .of(evaluation.step(), evaluation.validationLoss(), references)
                .forEach(this::keep);
        int all = config.training().steps() / config.training().evaluateEvery() + 1;
        if (evaluations++ % ((all + MEASURED - 1) / MEASURED) == 0) {
            measure(evaluation.step());
        }
    }

    private void measure(int step) {
        PlantedScores scores = planted.isEmpty() ? null : PlantedScores.of(model, planted);
        ProbeText probe = taker.probe();
        Recording recording = Recording.of(model, probe.text(), probe.encoded(), EnumSet.of(Step.WEIGHTS));
        List<HeadCard> cards = new HeadCards(model, scores).of(recording);
        List<List<Map<HeadMeasure, Double>>> heads = new ArrayList<>();
        for (HeadCard card : cards) {
            if (card.head() == 0) {
                heads.add(new ArrayList<>());
            }
            heads.get(card.layer()).add(card.measures());
        }
        keep(new RunEvent.Measured(
                step,
                heads,
                scores == null
                        ? null
                        : new RunEvent.Measured.Learned(
                                scores.placeAccuracy(), scores.places(), scores.numberAccuracy(), scores.numbers())));
        firstTimes.of(step, cards).forEach(this::keep);
    }

    /** Somebody changed the run. */
    public void changed(RunChange change) {
        keep(new RunEvent.Changed(change.step(), change.setting(), change.from(), change.to()));
    }

    /**
     * The run has ended, or this part of it.
     *
     * @param ending {@code complete}, {@code patience}, {@code interrupted} or {@code failed}
     * @param model the folder of the run's best model
     * @param reason why it failed; null if it did not
     */
    public void ended(
            int step, String ending, Progress.@Nullable Evaluation best, Path model, @Nullable String reason) {
        RunEvent.Ended ended = new RunEvent.Ended(
                step,
                ending,
                best == null ? null : best.step(),
                best == null ? null : best.validationLoss(),
                RunFolder.PAGE,
                next(ending, best == null ? null : model),
                reason);
        keep(ended);
        if (failed) {
            return;
        }
        Path page = folder.resolve(RunFolder.PAGE);
        try {
            TrainingPage.write(page, config.name(), file.bytes());
        } catch (HeedException e) {
            watcher.progress().warned("cannot write %s: %s".formatted(page, e.getMessage()));
        }
    }

    /** Commands to go on with, with the best model, if there is one. */
    private List<String> next(String ending, @Nullable Path model) {
        List<String> next = new ArrayList<>();
        if (ending.equals("interrupted")) {
            next.add(Shell.line(List.of("heed", "train", "--resume", folder.toString())));
        }
        if (model != null) {
            String text = taker.probe().text();
            next.add(Shell.line(List.of("heed", "predict", model.toString(), text)));
            next.add(Shell.line(List.of("heed", "attention", model.toString(), text)));
            next.add(Shell.line(List.of("heed", "serve", model.toString())));
        }
        return next;
    }

    /** Keeps an event; a disk that is full ends the keeping, not the run. */
    private void keep(RunEvent event) {
        if (failed || (full && !(event instanceof RunEvent.Ended))) {
            return;
        }
        try {
            String line = file.add(event);
            watcher.happened(line);
            count(line);
        } catch (IOException e) {
            fail("cannot write it: " + e.getMessage());
        }
    }

    private void fail(String why) {
        failed = true;
        watcher.progress().warned("%s: %s; nothing more is kept there".formatted(file.path(), why));
    }
}
