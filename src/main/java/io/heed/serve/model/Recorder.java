package io.heed.serve.model;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import io.heed.serve.Call;
import io.heed.serve.Problem;
import io.heed.serve.Reply;
import io.heed.text.tokenizer.TailEncoder.End;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What the routes share whose answers come from recordings: the model, the workers, and the memory that recordings may take.
 *
 * @param turns the workers that read texts
 * @param encoding the worker that cuts long texts into tokens
 * @param patience the time after which a slow client is disconnected
 */
record Recorder(
        LanguageModel model, FairWorkers turns, FairWorkers encoding, Duration patience, RecordingMemory memory) {

    ModelConfig config() {
        return model.transformer().config();
    }

    /** Cuts the end of a text into at most some tokens. */
    End end(String text, int most, Call call) {
        return model.encodeEnd(text, most, call::check);
    }

    /** Computes something of texts before their turn: their tokens. */
    <T> CompletableFuture<T> encode(Call call, Supplier<T> work) {
        return call.until(encoding.take(work));
    }

    /** The length of the longest texts of which some steps may be recorded. */
    int longest(Set<Step> steps, int texts) {
        return RecordingMemory.longest(config(), steps, texts);
    }

    /**
     * Answers in turn with something computed from recordings, whose memory is held until the answer is sent.
     *
     * @param length the length of the longest text
     * @param texts how many are recorded
     * @param work computes the answer, from which JSON is made as it is sent
     * @throws Problem if other answers hold the memory or the turns
     */
    CompletableFuture<Reply> answer(Set<Step> steps, int length, int texts, Call call, Supplier<?> work) {
        return memory.hold(
                texts * Recording.numbers(config(), steps, length),
                () -> call.until(turns.take(work)),
                answer -> Reply.streamed(answer, patience));
    }
}
