package io.heed.inspect.pictures;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.drawing.Canvas.Box;
import io.heed.inspect.Maps;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Recordings to draw, and what stands in their pictures. */
final class Drawn {

    /** Weights at the stops of the blue colours. */
    static final float[] WEIGHTS = {0, .25f, .5f, .75f, 1};

    /** ColorBrewer's Blues, every second of nine, the first one white. */
    static final int[] BLUES = {0xffffff, 0xc6dbef, 0x6baed6, 0x2171b5, 0x08306b};

    private Drawn() {}

    /** Weights in stripes: query q reads key k with {@code WEIGHTS[stop(q, k)]}. */
    static Recording striped(int layers, int heads, List<String> tokens) {
        int length = tokens.size();
        float[] values = new float[heads * length * length];
        for (int i = 0; i < values.length; i++) {
            int query = i / length % length;
            int key = i % length;
            values[i] = key <= query ? WEIGHTS[stop(query, key)] : 0;
        }
        Tensor weights = new Tensor(new long[] {heads, length, length}, values);
        List<Encoded.Span> spans = Collections.nCopies(length, new Encoded.Span(0, 1));
        Encoded encoded = new Encoded(new long[length], tokens, spans, List.of());
        return Maps.recording(
                String.join(" ", tokens),
                encoded,
                Collections.nCopies(layers, Map.of(Step.WEIGHTS, weights)),
                Map.of());
    }

    static int stop(int query, int key) {
        return (query + 2 * key) % WEIGHTS.length;
    }

    /** Tokens short and long. */
    static List<String> tokens(int count) {
        List<String> words = List.of("[BOS]", "the", ",", "internationalization", "cat", "donaudampfschifffahrt", "g");
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tokens.add(words.get(i % words.size()));
        }
        return tokens;
    }

    static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(UTF_8)));
    }

    static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    /** The frame of the first map. */
    static Box frame(HeatMap picture) throws Exception {
        for (Element rect : elements(parse(picture.svg()), "rect")) {
            if (rect.getAttribute("fill").equals("none")) {
                return new Box(number(rect, "x"), number(rect, "y"), number(rect, "width"), number(rect, "height"));
            }
        }
        throw new AssertionError("no map has a frame");
    }

    static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
