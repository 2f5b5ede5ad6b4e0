// Lets Heed work in a notebook of the JJava kernel: %load this file once Heed is on the class path.

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.drawing.ColourMap;
import io.heed.drawing.Drawing;
import io.heed.inspect.Recording;
import io.heed.inspect.circuit.CircuitReport;
import io.heed.inspect.circuit.Metric;
import io.heed.inspect.circuit.pairs.PairSplit;
import io.heed.inspect.pictures.CircuitDrawing;
import io.heed.inspect.pictures.HeatMap;
import io.heed.inspect.pictures.Style;
import io.heed.model.DeviceChoice;
import io.heed.model.Head;
import io.heed.predict.ModelPart;
import io.heed.predict.NextWordPredictor;
import io.heed.predict.NextWords;
import io.heed.predict.PartWords;
import io.heed.run.LossCurve;
import io.heed.run.Progress;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import io.heed.train.TrainingRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

// No network, no window, and of the engine's messages only errors.
System.setProperty("ai.djl.offline", "true");
System.setProperty("OPT_OUT_TRACKING", "true");
System.setProperty("java.awt.headless", "true");
System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");

// An archive of Heed's has the engine unpacked beside the jar; elsewhere it is unpacked once, to ~/.djl.ai.
{
    Path jar = Path.of(HeedException.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path engine = jar.resolveSibling("engine");
    if (Files.isDirectory(engine)) {
        System.setProperty("ENGINE_CACHE_DIR", engine.toString());
    }
}

/** Shows values of a type as a picture or a table, and as text where neither can be shown. */
<T> void shown(Class<T> type, MIMEType as, Function<T, String> rich, Function<T, String> plain) {
    kernel().getRenderer().createRegistration(type).preferring(as).supporting(MIMEType.TEXT_PLAIN).register((value, context) -> {
        context.renderIfRequested(as, () -> rich.apply(value));
        context.getOutputContainer().putText(plain.apply(value));
    });
}

/** A row of a table: a word, its probability, a bar, and perhaps something more. */
String row(String word, double probability, String more) {
    String name = Visible.text(word).replace("&", "&amp;").replace("<", "&lt;");
    String bar = "█".repeat((int) Math.round(24 * probability));
    return String.format(Locale.ROOT, "<tr><td>%s</td><td>%.4f</td><td style=\"text-align: left\">%s%s</td></tr>%n", name, probability, bar, more);
}

String line(String word, double probability) {
    return String.format(Locale.ROOT, "%s %.4f", Visible.text(word), probability);
}

String table(Stream<String> rows) {
    return rows.collect(Collectors.joining("", "<table>\n", "</table>"));
}

/** The maps of all heads, a little smaller, so that four are side by side. */
HeatMap sheet(Recording recording) {
    return HeatMap.sheet(recording.maps(), new Style(.8, ColourMap.BLUES, 1));
}

shown(Drawing.class, MIMEType.IMAGE_SVG, drawing -> drawing.light().svg(1), Drawing::title);
shown(HeatMap.class, MIMEType.IMAGE_SVG, HeatMap::svg, HeatMap::title);
shown(Recording.class, MIMEType.IMAGE_SVG, recording -> sheet(recording).svg(), recording -> sheet(recording).title());
shown(CircuitReport.class, MIMEType.IMAGE_SVG,
        report -> new CircuitDrawing(report).light().svg(1), report -> new CircuitDrawing(report).title());
shown(NextWords.class, MIMEType.TEXT_HTML,
        words -> table(words.likeliest().stream().map(word -> row(word.token(), word.probability(), ""))),
        words -> words.likeliest().stream().map(word -> line(word.token(), word.probability()))
                .collect(Collectors.joining("\n")));
shown(PartWords.class, MIMEType.TEXT_HTML,
        words -> table(words.likeliest().stream()
                .map(word -> row(word.token(), word.probability(), String.format(Locale.ROOT, " whole %.4f", word.whole())))),
        words -> words.likeliest().stream()
                .map(word -> line(word.token(), word.probability()) + String.format(Locale.ROOT, "  whole %.4f", word.whole()))
                .collect(Collectors.joining("\n")));

/** Shows how a run progresses: in a text that is replaced once a second, and in a picture of the losses so far. */
class TrainingDisplay implements Progress {

    private final List<LossCurve.Point> points = new ArrayList<>();
    private Progress.Start start;
    private String text;
    private String picture;
    private long told;

    @Override
    public void started(Progress.Start start) {
        this.start = start;
        text = display(text("about to train"));
    }

    private String text(String now) {
        return String.format(Locale.ROOT, "%,d trained parameters, %,d tokens in the vocabulary, %,d for training, %,d for validation%n%s",
                start.parameters(), start.vocabulary(), start.trainingTokens(), start.validationTokens(), now);
    }

    @Override
    public void stepped(Progress.Step step) {
        long now = System.nanoTime();
        if (now - told > 1e9 || step.step() == start.steps()) {
            told = now;
            updateDisplay(text, text(String.format(Locale.ROOT, "step %,d of %,d, %,.0f tokens/s",
                    step.step(), start.steps(), step.speed().get().tokensPerSecond())));
        }
    }

    @Override
    public void evaluated(Progress.Evaluation evaluation, LanguageModel model) {
        points.add(new LossCurve.Point(evaluation.step(), evaluation.trainingLoss(), evaluation.validationLoss()));
        LossCurve curve = new LossCurve(List.of(new LossCurve.Curve(start.folder().getFileName().toString(), points)));
        if (picture == null) {
            picture = display(curve);
        } else {
            updateDisplay(picture, curve);
        }
    }

    @Override
    public void warned(String sentence) {
        display(Visible.text(sentence));
    }
}
