package io.heed.inspect.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.InflaterInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a page as docs/formats.md explains it. */
record PageReader(String html) {

    static PageReader of(PageContent content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            AttentionPage.writeTo(out, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PageReader(out.toString(UTF_8));
    }

    String between(String start, String end) {
        int from = html.indexOf(start) + start.length();
        if (from < start.length()) {
            throw new IllegalArgumentException("the page has no " + start);
        }
        return html.substring(from, html.indexOf(end, from));
    }

    JsonNode facts() {
        return json("facts");
    }

    JsonNode recording(int index) {
        return json("recording-" + index);
    }

    private JsonNode json(String id) {
        return JsonMapper.shared()
                .readTree(between("<script type=\"application/json\" id=\"" + id + "\">", "</script>"));
    }

    JsonNode lens(int index) {
        return JsonMapper.shared().readTree(inflated("lens-" + index));
    }

    JsonNode effects(int index) {
        return JsonMapper.shared().readTree(inflated("effects-" + index));
    }

    boolean has(String id) {
        return html.contains("<script type=\"text/plain\" id=\"" + id + "\">");
    }

    private byte[] inflated(String id) {
        byte[] compressed =
                Base64.getDecoder().decode(between("<script type=\"text/plain\" id=\"" + id + "\">", "</script>"));
        try {
            return new InflaterInputStream(new ByteArrayInputStream(compressed)).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Four planes of bytes, the sign as the last bit. */
    float[] exact(String id) {
        byte[] planes = inflated(id);
        int count = planes.length / 4;
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            int code = ByteBuffer.wrap(
                            new byte[] {planes[i], planes[i + count], planes[i + 2 * count], planes[i + 3 * count]})
                    .getInt();
            numbers[i] = Float.intBitsToFloat(Integer.rotateRight(code, 1));
        }
        return numbers;
    }
}
