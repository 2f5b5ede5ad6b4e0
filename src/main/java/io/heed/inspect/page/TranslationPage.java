package io.heed.inspect.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.AtomicFile;
import io.heed.Json;
import io.heed.inspect.LookUps;
import io.heed.inspect.LookUps.LookUp;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.TokenMaps;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A translation as one self-contained page: the look-ups between two rows of words, and in a second tab the three attentions. */
public final class TranslationPage {

    private TranslationPage() {}

    /** The most numbers of the vectors on a page, of some ten characters each. */
    private static final long MOST = 300_000;

    /** What the page's script reads; lists are by layer, then by head. The vectors are null where there are too many. */
    private record Shown(
            String model,
            Sentence source,
            Sentence target,
            int[] clearest,
            Map<String, List<List<float[][]>>> weights,
            List<List<List<Read>>> lookUps,
            @Nullable List<List<Vectors>> vectors) {}

    /** What a head of the cross-attention computed: queries (T,D) and blends of values (T,D), keys and values (S,D), scores (T,S). */
    private record Vectors(float[][] queries, float[][] keys, float[][] scores, float[][] values, float[][] blends) {

        static Vectors of(Recording recording, int layer, int head) {
            return new Vectors(
                    rows(recording, layer, Step.QUERY, head),
                    rows(recording, layer, Step.KEY, head),
                    rows(recording, layer, Step.SCORES, head),
                    rows(recording, layer, Step.VALUE, head),
                    rows(recording, layer, Step.HEAD_OUTPUT, head));
        }

        private static float[][] rows(Recording recording, int layer, Step step, int head) {
            Tensor rows = recording.get(Part.CROSS, layer, step).at(head);
            return IntStream.range(0, (int) rows.shape()[0])
                    .mapToObj(row -> rows.at(row).values())
                    .toArray(float[][]::new);
        }
    }

    private record Sentence(String text, List<String> tokens) {

        static Sentence of(Passage passage) {
            return new Sentence(
                    Visible.text(passage.text()),
                    Encoded.named(passage.encoded().shown()));
        }
    }

    private record Read(String target, String source, double weight) {}

    /**
     * Writes the page into a file.
     *
     * @param model what the model is called
     * @throws io.heed.HeedException if the file cannot be written
     */
    public static void write(Path file, String model, Recording recording) {
        String script = ScriptBundle.of(TranslationPage.class, "translation.js");
        String style = PageParts.style("page.css", "first.css", "translation.css");
        String[] frame = PageParts.frame("translation.html", style, script);
        String data = PageParts.element("data", PageFacts.json(shown(model, recording))) + "\n";
        AtomicFile.write(file, out -> out.write((frame[0] + data + frame[1]).getBytes(UTF_8)));
    }

    private static Shown shown(String model, Recording recording) {
        LookUps lookUps = new LookUps(recording);
        Map<String, List<List<float[][]>>> weights = new LinkedHashMap<>();
        for (Part part : Part.values()) {
            TokenMaps maps = recording.maps(part);
            weights.put(
                    Json.word(part), list(maps.layers(), layer -> list(maps.heads(), head -> maps.map(layer, head))));
        }
        return new Shown(
                Visible.text(model),
                Sentence.of(recording.source()),
                Sentence.of(recording.passage()),
                lookUps.clearest(),
                weights,
                list(recording.layers(), layer -> list(recording.heads(), head -> reads(lookUps, layer, head))),
                vectors(recording));
    }

    private static @Nullable List<List<Vectors>> vectors(Recording recording) {
        long ofLayer = Stream.of(Step.QUERY, Step.KEY, Step.SCORES, Step.VALUE, Step.HEAD_OUTPUT)
                .mapToLong(step -> recording.get(Part.CROSS, 0, step).values().length)
                .sum();
        return recording.layers() * ofLayer > MOST
                ? null
                : list(
                        recording.layers(),
                        layer -> list(recording.heads(), head -> Vectors.of(recording, layer, head)));
    }

    private static List<Read> reads(LookUps lookUps, int layer, int head) {
        return lookUps.of(layer, head).stream()
                .map((LookUp each) -> new Read(lookUps.targetName(each), lookUps.sourceName(each), each.weight()))
                .toList();
    }

    private static <T> List<T> list(int count, IntFunction<T> each) {
        return IntStream.range(0, count).mapToObj(each).toList();
    }
}
