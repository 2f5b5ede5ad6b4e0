package example;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.djl.HeedModelZoo;
import io.heed.model.DeviceChoice;
import io.heed.predict.NextWordPredictor;
import io.heed.predict.NextWords;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Predicts the next word of texts: by many threads that share DJL's predictor, or by Heed's own classes. */
public final class NextWord implements AutoCloseable {

    private final ZooModel<String, NextWords> model;
    private final Predictor<String, NextWords> predictor;

    /** Loads a model, once for all threads. */
    public NextWord(Path folder) throws Exception {
        model = Criteria.builder()
                .setTypes(String.class, NextWords.class)
                .optModelZoo(new HeedModelZoo(folder))
                .optArgument("top", 3)
                .build()
                .loadModel();
        predictor = model.newPredictor();
    }

    /** Returns the likeliest next word. Any number of threads may call this at once. */
    public String after(String text) throws TranslateException {
        return predictor.predict(text).likeliest().get(0).token();
    }

    /** Returns the likeliest next word of each text, predicted by several threads. */
    public List<String> afterEach(List<String> texts, int threads) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<String>> running = new ArrayList<>();
            for (String text : texts) {
                running.add(pool.submit(() -> after(text)));
            }
            List<String> words = new ArrayList<>();
            for (Future<String> word : running) {
                words.add(word.get());
            }
            return words;
        } finally {
            pool.shutdown();
        }
    }

    /** Returns the same word by Heed's classes, for a text whose ids and numbers are wanted too. */
    public static String byHeed(Path folder, String text) throws Exception {
        try (LanguageModel model = ModelFolder.read(folder, DeviceChoice.AUTO.resolve())) {
            return new NextWordPredictor(model)
                    .next(model.encode(text).ids(), 3)
                    .likeliest()
                    .get(0)
                    .token();
        }
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
    }

    /** Takes the folder of a model and texts; prints the next word of each. */
    public static void main(String[] arguments) throws Exception {
        List<String> texts = List.of(arguments).subList(1, arguments.length);
        try (NextWord words = new NextWord(Path.of(arguments[0]))) {
            words.afterEach(texts, 2).forEach(System.out::println);
        }
    }
}
