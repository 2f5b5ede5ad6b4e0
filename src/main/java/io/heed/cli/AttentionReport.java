package io.heed.cli;

import io.heed.checkpoint.KeptModels;
import io.heed.checkpoint.KeptModels.Kept;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.inspect.ActivationPatching;
import io.heed.inspect.Evidence;
import io.heed.inspect.HeadAblation;
import io.heed.inspect.HeadCard;
import io.heed.inspect.HeadCards;
import io.heed.inspect.HeadSummary;
import io.heed.inspect.HeadsThen;
import io.heed.inspect.LensLayer;
import io.heed.inspect.Recording;
import io.heed.inspect.files.PageContent.Labelled;
import io.heed.model.DeviceChoice;
import io.heed.text.Encoded;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything {@code heed attention} found out about one text. */
final class AttentionReport {

    private final Recording recording;
    private final List<HeadSummary> heads;
    private final @Nullable Evidence evidence;
    private final List<Labelled> others = new ArrayList<>();
    private final List<HeadsThen> history = new ArrayList<>();
    private @Nullable ActivationPatching patching;

    AttentionReport(Recording recording, List<HeadSummary> heads, @Nullable Evidence evidence) {
        this.recording = recording;
        this.heads = heads;
        this.evidence = evidence;
    }

    /** Reads another text and finds where in the model the difference lies. */
    void compare(LanguageModel model, String text, Encoded encoded) {
        patching = ActivationPatching.of(model, recording.encoded(), encoded);
        others.add(new Labelled(text, Recording.of(model, text, encoded)));
    }

    /** Lets the models that a run kept read the text, one after the other. */
    void over(Path run, DeviceChoice device, String text, PrintWriter err) {
        for (Kept kept : KeptModels.of(run)) {
            try (LanguageModel model = ModelFolder.read(kept.folder(), device.resolve())) {
                Recording then = Recording.of(model, text, Prompts.read(model, text, err));
                others.add(new Labelled("step " + kept.step(), then));
                history.add(new HeadsThen(kept.step(), new HeadCards(model).of(then)));
            }
        }
    }

    Recording recording() {
        return recording;
    }

    List<HeadSummary> heads() {
        return heads;
    }

    List<HeadCard> cards() {
        return heads.stream().map(HeadSummary::card).toList();
    }

    @Nullable
    Evidence evidence() {
        return evidence;
    }

    @Nullable
    ActivationPatching patching() {
        return patching;
    }

    List<HeadsThen> history() {
        return history;
    }

    List<HeadAblation> ablations() {
        return evidence == null ? List.of() : evidence.ablations();
    }

    List<LensLayer> lens() {
        return evidence == null ? List.of() : evidence.lens();
    }

    /** The text's recording, and those it is compared with. */
    List<Labelled> recordings() {
        return Stream.concat(Stream.of(new Labelled(recording.text(), recording)), others.stream())
                .toList();
    }
}
