package io.heed.cli;

import io.heed.checkpoint.KeptModels;
import io.heed.checkpoint.KeptModels.Kept;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.inspect.ActivationPatching;
import io.heed.inspect.Evidence;
import io.heed.inspect.Findings;
import io.heed.inspect.HeadCard;
import io.heed.inspect.HeadCards;
import io.heed.inspect.HeadStatistics;
import io.heed.inspect.HeadSummary;
import io.heed.inspect.HeadsThen;
import io.heed.inspect.LensLayer;
import io.heed.inspect.Recording;
import io.heed.inspect.files.PageContent;
import io.heed.inspect.files.PageContent.Found;
import io.heed.model.DeviceChoice;
import io.heed.model.Distribution;
import io.heed.text.Encoded;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Everything {@code heed attention} found out about one text. */
final class AttentionReport {

    private static final int GUESSES = 3;

    /**
     * What comes next after a text.
     *
     * @param text what was read
     * @param next the likeliest tokens, the likeliest first
     */
    record Answer(String text, List<LensLayer.Guess> next) {}

    private final List<Found> recordings = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final HeadCards describing;
    private final List<HeadSummary> heads;
    private final boolean evidence;
    private @Nullable ActivationPatching patching;

    /**
     * Finds out what there is to one text.
     *
     * @param label what tells its recording from others on the page
     * @param statistics of that recording
     * @param evidence whether to gather evidence, of the other recordings too
     */
    AttentionReport(
            LanguageModel model, String label, Recording recording, HeadStatistics statistics, boolean evidence) {
        this.evidence = evidence;
        describing = new HeadCards(model);
        heads = HeadSummary.of(describing, statistics);
        add(model, heads.stream().map(HeadSummary::card).toList(), label, null, recording);
        answers.add(answer(model, recording));
    }

    private static Answer answer(LanguageModel model, Recording recording) {
        Distribution next = new Distribution(recording.logits(recording.length() - 1));
        List<LensLayer.Guess> guesses = IntStream.of(next.likeliest(GUESSES))
                .mapToObj(id -> new LensLayer.Guess(
                        model.tokenizer().token(id), model.tokenizer().shown(id), next.probability(id)))
                .toList();
        return new Answer(recording.text(), guesses);
    }

    private void add(
            LanguageModel model, List<HeadCard> cards, String label, @Nullable Integer step, Recording recording) {
        recordings.add(new Found(label, step, recording, Findings.of(model, cards, recording, evidence)));
    }

    /** Reads another text and finds where in the model the difference lies. */
    void compare(LanguageModel model, String text, Encoded encoded) {
        patching = ActivationPatching.of(model, recording().encoded(), encoded);
        Recording other = Recording.of(model, text, encoded, Findings.needed(evidence));
        add(model, describing.of(other), text, null, other);
        answers.add(answer(model, other));
    }

    /** Lets the models that a run kept read the text, one after the other. */
    void over(Path run, DeviceChoice device, PrintWriter err) {
        String text = recording().text();
        for (Kept kept : KeptModels.of(run)) {
            try (LanguageModel model = ModelFolder.read(kept.folder(), device.resolve())) {
                Recording then = Recording.of(model, text, Prompts.read(model, text, err), Findings.needed(evidence));
                add(model, new HeadCards(model).of(then), "step " + kept.step(), kept.step(), then);
            }
        }
    }

    Recording recording() {
        return recordings.get(0).recording();
    }

    /** What comes next after the text, and after the one it is compared with. */
    List<Answer> answers() {
        return answers;
    }

    List<HeadSummary> heads() {
        return heads;
    }

    List<HeadCard> cards() {
        return recordings.get(0).findings().cards();
    }

    @Nullable
    Evidence evidence() {
        return recordings.get(0).findings().evidence();
    }

    @Nullable
    ActivationPatching patching() {
        return patching;
    }

    /** What the heads did after some steps of training. */
    List<HeadsThen> history() {
        List<HeadsThen> history = new ArrayList<>();
        for (Found found : recordings) {
            Integer step = found.step();
            if (step != null) {
                history.add(new HeadsThen(step, found.findings().cards()));
            }
        }
        return history;
    }

    /** The text's recording, and those it is compared with. */
    PageContent content() {
        return new PageContent(recordings);
    }
}
