import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.djl.HeedModelZoo;
import io.heed.inspect.Recording;
import io.heed.model.DeviceChoice;
import io.heed.predict.NextWords;
import io.heed.config.ConfigReader;
import io.heed.run.Progress;
import io.heed.config.RunConfig;
import io.heed.train.TrainingRun;
import java.nio.file.Path;
import java.util.List;

/** A program that has Heed from a Maven repository: trains, predicts, looks inside. Arguments: Heed's folder, a folder to write to. */
public final class Example {

    public static void main(String[] arguments) throws Exception {
        Path heed = Path.of(arguments[0]);
        RunConfig config = ConfigReader.read(
                heed.resolve("configs/toy.yaml"),
                List.of("training.steps=50", "data.train=" + heed.resolve("data/toy.txt")));
        Path trained = new TrainingRun(config, "Example", Path.of(arguments[1]), new Progress() {}, () -> false)
                .run()
                .folder();

        Criteria<String, NextWords> criteria = Criteria.builder()
                .setTypes(String.class, NextWords.class)
                .optModelZoo(new HeedModelZoo(trained))
                .build();
        try (ZooModel<String, NextWords> model = criteria.loadModel();
                Predictor<String, NextWords> predictor = model.newPredictor()) {
            System.out.println(predictor.predict("the cat sat on the").likeliest());
        }

        try (LanguageModel model = ModelFolder.read(heed.resolve("models/toy"), DeviceChoice.AUTO.resolve())) {
            String text = "the cat , which liked the dog , sat on the";
            float[][] weights = Recording.of(model, text, model.encode(text)).weights(1, 0);
            float sum = 0;
            for (float weight : weights[weights.length - 1]) {
                sum += weight;
            }
            System.out.println(weights.length + " tokens, the last one's weights sum to " + sum);
        }
    }
}
