package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.AtomicFile;
import io.heed.inspect.LookUps;
import io.heed.inspect.LookUps.LookUp;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.pictures.HeatMap;
import io.heed.inspect.pictures.Style;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import io.heed.text.Encoded;
import io.heed.text.Visible;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes what a model that translates computed: numbers, pictures and a page. */
public final class TranslationFolder {

    /** Half an emoji, which a token may be, is not valid UTF-8: so all but ASCII is escaped. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final Path folder;
    private final Recording recording;
    private final LookUps lookUps;
    private final Style style;
    private final List<Path> files = new ArrayList<>();

    private TranslationFolder(Path folder, Recording recording, Style style) {
        this.folder = folder;
        this.recording = recording;
        lookUps = new LookUps(recording);
        this.style = style;
    }

    /**
     * Writes files of the given formats, as docs/formats.md tells.
     *
     * @return the files, in the order they were written
     * @throws io.heed.HeedException if the folder cannot be written
     */
    public static List<Path> write(Path folder, Recording recording, Set<Format> formats, Style style) {
        TranslationFolder writer = new TranslationFolder(folder, recording, style);
        formats.forEach(writer::write);
        return writer.files;
    }

    private void write(Format format) {
        switch (format) {
            case HTML -> file("attention.html", out -> out.write(page().getBytes(UTF_8)));
            case NPZ -> file("attention.npz", out -> new NpzSink(out, arrays(), false).finish());
            case SAFETENSORS ->
                file("attention.safetensors", out -> new SafetensorsSink(out, arrays(), List.of()).finish());
            case JSON -> file("attention.json", out -> out.write(json().getBytes(UTF_8)));
            case CSV -> file("attention.csv", out -> out.write(csv().getBytes(UTF_8)));
            case SVG, PNG -> pictures(format);
            case PDF -> file("attention.pdf", out -> out.write(HeatMap.pdf(sheets())));
        }
    }

    /** Writes a file's content. */
    @FunctionalInterface
    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private void file(String name, Content content) {
        Path file = folder.resolve(name);
        AtomicFile.write(file, out -> {
            OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
            content.writeTo(buffered);
            buffered.flush();
        });
        files.add(file);
    }

    private List<HeatMap> sheets() {
        return List.of(Part.CROSS, Part.ENCODER, Part.DECODER).stream()
                .map(part -> HeatMap.sheet(recording.maps(part), style))
                .toList();
    }

    private void pictures(Format format) {
        for (Part part : List.of(Part.CROSS, Part.ENCODER, Part.DECODER)) {
            TokenMaps maps = recording.maps(part);
            picture(name(part) + "-sheet." + format, HeatMap.sheet(maps, style));
            for (int layer = 0; layer < maps.layers(); layer++) {
                for (int head = 0; head < maps.heads(); head++) {
                    picture(
                            "%s-layer-%d-head-%d.%s".formatted(name(part), layer, head, format),
                            HeatMap.ofHead(maps, layer, head, style));
                }
            }
        }
    }

    private void picture(String name, HeatMap picture) {
        Path file = folder.resolve(name);
        picture.write(file);
        files.add(file);
    }

    private static String name(Enum<?> part) {
        return part.name().toLowerCase(Locale.ROOT);
    }

    /** The tokens of both sentences, and of each part its steps, stacked over layers: {@code cross_weights} (L,H,T,S) and so on. */
    private List<NamedArray> arrays() {
        List<NamedArray> arrays = new ArrayList<>();
        tokens("source_", recording.source().encoded(), arrays);
        tokens("target_", recording.encoded(), arrays);
        steps((name, layers) -> arrays.add(NamedArray.stack(name, layers)));
        return arrays;
    }

    private static void tokens(String prefix, Encoded encoded, List<NamedArray> arrays) {
        arrays.add(NamedArray.longs(prefix + "ids", LongStream.of(encoded.ids())));
        arrays.add(NamedArray.longs(prefix + "starts", encoded.spans().stream().mapToLong(Encoded.Span::start)));
        arrays.add(NamedArray.longs(prefix + "ends", encoded.spans().stream().mapToLong(Encoded.Span::end)));
    }

    private interface Layers {
        void of(String name, List<Tensor> layers);
    }

    private void steps(Layers told) {
        for (Part part : Part.values()) {
            for (Step step : Recording.ATTENTION) {
                told.of(
                        name(part) + "_" + name(step),
                        IntStream.range(0, recording.layers())
                                .mapToObj(layer -> recording.get(part, layer, step))
                                .toList());
            }
        }
    }

    private String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("format", "heed-translation-attention");
        all.put("version", 1);
        all.put("layers", recording.layers());
        all.put("heads", recording.heads());
        all.put("source", sentence(recording.source()));
        all.put("target", sentence(recording.passage()));
        Map<String, Object> arrays = new LinkedHashMap<>();
        steps((name, layers) ->
                arrays.put(name, layers.stream().map(TranslationFolder::nested).toList()));
        all.put("arrays", arrays);
        return JSON.writeValueAsString(all) + "\n";
    }

    private static Map<String, Object> sentence(Passage passage) {
        Map<String, Object> sentence = new LinkedHashMap<>();
        sentence.put("text", passage.text());
        Encoded encoded = passage.encoded();
        List<Map<String, Object>> tokens = new ArrayList<>();
        for (int i = 0; i < encoded.length(); i++) {
            Map<String, Object> token = new LinkedHashMap<>();
            token.put("id", encoded.ids()[i]);
            token.put("token", encoded.tokens().get(i));
            token.put("start", encoded.spans().get(i).start());
            token.put("end", encoded.spans().get(i).end());
            tokens.add(token);
        }
        sentence.put("tokens", tokens);
        return sentence;
    }

    /** A tensor as lists of lists; a hidden score is null, which JSON has in place of minus infinity. */
    private static List<Object> nested(Tensor tensor) {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < tensor.shape()[0]; i++) {
            Tensor part = tensor.at(i);
            if (part.shape().length > 0) {
                list.add(nested(part));
            } else {
                float value = part.values()[0];
                list.add(Float.isFinite(value) ? value : null);
            }
        }
        return list;
    }

    private String csv() {
        StringBuilder csv = new StringBuilder("part,layer,head,query,key,query_token,key_token,score,weight\r\n");
        for (Part part : Part.values()) {
            List<String> queries = recording.queries(part).tokens();
            List<String> keys = recording.keys(part).tokens();
            for (int layer = 0; layer < recording.layers(); layer++) {
                Tensor scores = recording.get(part, layer, Step.SCORES);
                Tensor weights = recording.get(part, layer, Step.WEIGHTS);
                for (int head = 0; head < recording.heads(); head++) {
                    for (int query = 0; query < queries.size(); query++) {
                        int seen = part == Part.DECODER ? query + 1 : keys.size();
                        for (int key = 0; key < seen; key++) {
                            csv.append(String.join(
                                            ",",
                                            name(part),
                                            String.valueOf(layer),
                                            String.valueOf(head),
                                            String.valueOf(query),
                                            String.valueOf(key),
                                            quoted(queries.get(query)),
                                            quoted(keys.get(key)),
                                            String.valueOf(scores.get(head, query, key)),
                                            String.valueOf(weights.get(head, query, key))))
                                    .append("\r\n");
                        }
                    }
                }
            }
        }
        return csv.toString();
    }

    private static String quoted(String token) {
        return "\"" + token.replace("\"", "\"\"") + "\"";
    }

    private static Map<String, Object> shown(Passage passage) {
        return Map.of(
                "text",
                Visible.text(passage.text()),
                "tokens",
                Encoded.named(passage.encoded().shown()));
    }

    private Map<String, Object> shown(LookUp found) {
        return Map.of(
                "target", lookUps.targetName(found),
                "source", lookUps.sourceName(found),
                "weight", found.weight());
    }

    private String page() {
        String style = PageParts.resource("translation.css");
        String script = PageParts.resource("translation.js");
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("source", shown(recording.source()));
        data.put("target", shown(recording.passage()));
        data.put("clearest", lookUps.clearest());
        Map<String, Object> weights = new LinkedHashMap<>();
        for (Part part : Part.values()) {
            weights.put(
                    name(part),
                    IntStream.range(0, recording.layers())
                            .mapToObj(layer -> nested(recording.get(part, layer, Step.WEIGHTS)))
                            .toList());
        }
        data.put("weights", weights);
        data.put(
                "lookUps",
                IntStream.range(0, recording.layers())
                        .mapToObj(layer -> IntStream.range(0, recording.heads())
                                .mapToObj(head -> lookUps.of(layer, head).stream()
                                        .map(this::shown)
                                        .toList())
                                .toList())
                        .toList());
        String json = JSON.writeValueAsString(data).replace("<", "\\u003c");
        String[] frame = PageParts.resource("translation.html")
                .replace("{{style-hash}}", PageParts.sha256(style))
                .replace("{{script-hash}}", PageParts.sha256(script))
                .replace("{{style}}", style)
                .replace("{{script}}", script)
                .split("\\{\\{data}}\n", 2); // what a text says goes between, and is never searched for places to fill
        return frame[0] + "<script type=\"application/json\" id=\"data\">" + json + "</script>\n" + frame[1];
    }
}
