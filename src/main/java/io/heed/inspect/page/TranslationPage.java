package io.heed.inspect.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.AtomicFile;
import io.heed.Json;
import io.heed.inspect.LookUps;
import io.heed.inspect.LookUps.LookUp;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenMaps;
import io.heed.model.Trace.Part;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The three attentions of a translation as one self-contained page, like {@link AttentionPage}. */
public final class TranslationPage {

    private TranslationPage() {}

    /** What the page's script reads; lists are by layer, then by head. */
    private record Shown(
            Sentence source,
            Sentence target,
            int[] clearest,
            Map<String, List<List<float[][]>>> weights,
            List<List<List<Read>>> lookUps) {}

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
     * @throws io.heed.HeedException if the file cannot be written
     */
    public static void write(Path file, Recording recording) {
        String script = ScriptBundle.of(TranslationPage.class, "translation.js");
        String[] frame = PageParts.frame("translation.html", PageParts.resource("translation.css"), script);
        String data =
                "<script type=\"application/json\" id=\"data\">" + PageFacts.json(shown(recording)) + "</script>\n";
        AtomicFile.write(file, out -> out.write((frame[0] + data + frame[1]).getBytes(UTF_8)));
    }

    private static Shown shown(Recording recording) {
        LookUps lookUps = new LookUps(recording);
        Map<String, List<List<float[][]>>> weights = new LinkedHashMap<>();
        for (Part part : Part.values()) {
            TokenMaps maps = recording.maps(part);
            weights.put(
                    Json.word(part), list(maps.layers(), layer -> list(maps.heads(), head -> maps.map(layer, head))));
        }
        return new Shown(
                Sentence.of(recording.source()),
                Sentence.of(recording.passage()),
                lookUps.clearest(),
                weights,
                list(recording.layers(), layer -> list(recording.heads(), head -> reads(lookUps, layer, head))));
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
