package io.heed.djl;

import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.kernels.EngineThreads;
import io.heed.predict.Generated;
import io.heed.predict.Generation;
import io.heed.predict.GenerationSettings;
import io.heed.predict.NextWordPredictor;
import io.heed.predict.NextWords;
import io.heed.predict.Sampling;
import io.heed.predict.Score;
import io.heed.predict.Scorer;
import io.heed.text.tokenizer.Encoded;
import java.util.List;
import java.util.function.Function;

/**
 * Passes texts to one of {@code io.heed.predict}'s classes.
 *
 * <p>Those classes run the transformer themselves, a token or several rows at a time, with a cache of what was read. So no arrays go
 * through the predictor: it passes the texts on and skips the block, as it does when a translator has no input for it.
 */
final class TextTranslator<O> implements Translator<String, O> {

    private static final String TEXTS = "heed.texts";
    private static final int MOST_THREADS = 1024;

    private final LanguageModel model;
    private final Function<List<Encoded>, List<O>> answer;
    private final int engineThreads;

    private TextTranslator(LanguageModel model, Function<List<Encoded>, List<O>> answer, int engineThreads) {
        this.model = model;
        this.answer = answer;
        this.engineThreads = engineThreads;
    }

    /**
     * Returns the translator between two types.
     *
     * @throws TranslateException if there is no such translator
     * @throws HeedException if an argument is unknown or out of range
     */
    @SuppressWarnings("unchecked") // the classes ensure that the answer is an O
    static <I, O> Translator<I, O> of(LanguageModel model, Class<I> input, Class<O> output, Arguments arguments)
            throws TranslateException {
        Function<List<Encoded>, ?> answer = null;
        if (input == String.class && output == NextWords.class) {
            answer = nextWords(model, arguments);
        } else if (input == String.class && output == Generated.class) {
            answer = generated(model, arguments);
        } else if (input == String.class && output == Score.class) {
            Scorer scorer = new Scorer(model);
            answer = texts -> scorer.score(texts);
        }
        if (answer == null) {
            throw new TranslateException(
                    "there is no translator to %s from %s; String can become NextWords, Generated or Score, other types need optTranslatorFactory"
                            .formatted(output.getName(), input.getName()));
        }
        int usual = model.transformer().plan().size() < EngineThreads.WORTH_SHARING ? 1 : 0;
        int engineThreads = (int) arguments.whole("engineThreads", 0, MOST_THREADS, usual);
        arguments.refuseOthers();
        return (Translator<I, O>) new TextTranslator<>(model, (Function<List<Encoded>, List<O>>) answer, engineThreads);
    }

    private static Function<List<Encoded>, List<NextWords>> nextWords(LanguageModel model, Arguments arguments) {
        int top = (int) arguments.whole("top", 1, Integer.MAX_VALUE, 5);
        NextWordPredictor predictor = new NextWordPredictor(model);
        return texts -> predictor.after(texts, top);
    }

    private static Function<List<Encoded>, List<Generated>> generated(LanguageModel model, Arguments arguments) {
        GenerationSettings settings = new GenerationSettings(
                (int) arguments.whole("tokens", 1, Integer.MAX_VALUE, 32),
                new Sampling(
                        arguments.number("temperature", 0),
                        (int) arguments.whole("topK", 0, Integer.MAX_VALUE, 0),
                        arguments.number("topP", 1),
                        arguments.number("minP", 0),
                        arguments.number("repetitionPenalty", 1),
                        arguments.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE, 1)));
        return texts -> {
            try (Generation generation = new Generation(model, texts, settings)) {
                return generation.run((row, piece, token) -> {});
            }
        };
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<String> texts) throws TranslateException {
        if (!context.getNDManager().getDevice().equals(model.device())) {
            throw new TranslateException(
                    "the model is on %s, but this predictor is on %s; load the model there with optDevice"
                            .formatted(model.device(), context.getNDManager().getDevice()));
        }
        context.setAttachment(TEXTS, texts);
        return new NDList();
    }

    @Override
    @SuppressWarnings("unchecked") // batchProcessInput attached it
    public List<O> batchProcessOutput(TranslatorContext context, NDList nothing) throws TranslateException {
        List<String> texts = (List<String>) context.getAttachment(TEXTS);
        try (EngineThreads.Limit limit = EngineThreads.during(engineThreads)) {
            return texts.isEmpty()
                    ? List.of()
                    : answer.apply(texts.stream().map(model::encode).toList());
        } catch (HeedException e) {
            throw new TranslateException(e.getMessage(), e);
        }
    }

    @Override
    public NDList processInput(TranslatorContext context, String text) throws TranslateException {
        return batchProcessInput(context, List.of(text));
    }

    @Override
    public O processOutput(TranslatorContext context, NDList nothing) throws TranslateException {
        return batchProcessOutput(context, nothing).get(0);
    }
}
