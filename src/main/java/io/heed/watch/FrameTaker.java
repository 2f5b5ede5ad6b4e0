package io.heed.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.heed.Float16;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.Ablation;
import io.heed.inspect.evidence.HeadEffects;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.inspect.page.Base85;
import io.heed.model.Distribution;
import io.heed.model.Trace.Step;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Takes frames of what a model does with a probe. For the training thread. */
final class FrameTaker {

    private static final int GUESSES = 5;

    private ProbeText probe;

    FrameTaker(ProbeText probe) {
        this.probe = probe;
    }

    /** What it reads. */
    ProbeText probe() {
        return probe;
    }

    /** Reads another text from now on. */
    void read(ProbeText other) {
        probe = other;
    }

    /**
     * Takes a frame.
     *
     * @param loss the mean training loss since the last frame; null if there were no steps
     * @param effects whether to compute the answer without each head
     * @param live whether it is not kept
     */
    RunEvent.Frame take(
            LanguageModel model, Watcher.Moment moment, @Nullable Double loss, boolean effects, boolean live) {
        Set<Step> steps = effects ? EnumSet.copyOf(HeadEffects.needed(model)) : EnumSet.of(Step.LOGITS);
        steps.add(Step.WEIGHTS);
        Recording recording = Recording.of(model, probe.text(), probe.encoded(), steps);
        int last = recording.length() - 1;
        float[] logits = recording.logits(last);
        var speed = moment.speed();
        return new RunEvent.Frame(
                moment.step(),
                loss,
                moment.updates(),
                moment.lossSum(),
                speed.tokensPerSecond(),
                speed.seconds(),
                moment.rateFactor(),
                weights(recording),
                Guess.likeliest(model, logits, GUESSES),
                effects ? without(model, recording, Distribution.likeliest(logits)) : null,
                live);
    }

    /** The probability of the answer without each head. */
    private static List<List<Double>> without(LanguageModel model, Recording recording, int answer) {
        Ablation ablation = new Ablation(model, recording, recording.length() - 1, answer);
        DoubleUnaryOperator probability = Math::exp;
        return Arrays.stream(ablation.withoutEachHead())
                .map(heads -> Arrays.stream(heads).map(probability).boxed().toList())
                .toList();
    }

    /** The weights of all heads, each query's up to itself, as 16-bit numbers in Base85. */
    private static String weights(Recording recording) {
        int length = recording.length();
        int each = length * (length + 1) / 2;
        int heads = recording.heads();
        ByteBuffer bytes =
                ByteBuffer.allocate(2 * recording.layers() * heads * each).order(ByteOrder.LITTLE_ENDIAN);
        for (int layer = 0; layer < recording.layers(); layer++) {
            for (int head = 0; head < heads; head++) {
                float[][] rows = recording.weights(layer, head);
                for (int query = 0; query < length; query++) {
                    for (int key = 0; key <= query; key++) {
                        bytes.putShort(Float16.of(rows[query][key]));
                    }
                }
            }
        }
        return new String(Base85.encode(bytes.array(), bytes.capacity()), US_ASCII);
    }

    /** The characters that the weights of a frame take. */
    static long size(LanguageModel model, int length) {
        var config = model.transformer().config();
        return 5L * config.layers() * config.heads() * length * (length + 1) / 4;
    }
}
