package io.heed.inspect.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
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

    JsonNode terms(int index) {
        return JsonMapper.shared().readTree(inflated("terms-" + index));
    }

    boolean has(String id) {
        return html.contains("<script type=\"text/plain\" id=\"" + id + "\">");
    }

    private byte[] inflated(String id) {
        byte[] stream = decoded(between("<script type=\"text/plain\" id=\"" + id + "\">", "</script>"));
        try {
            return new InflaterInputStream(new ByteArrayInputStream(stream)).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Base85 with a comma for the less-than sign: five characters for four bytes, one more than bytes at the end. */
    static byte[] decoded(String text) {
        String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
        String whole = text.replace(',', '<') + "~".repeat((5 - text.length() % 5) % 5);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < whole.length(); i += 5) {
            long word =
                    whole.substring(i, i + 5).chars().mapToLong(digits::indexOf).reduce(0, (a, b) -> 85 * a + b);
            bytes.writeBytes(ByteBuffer.allocate(4).putInt((int) word).array());
        }
        return Arrays.copyOf(bytes.toByteArray(), text.length() * 4 / 5);
    }

    /** Adds to the first byte of each number that of the number above it, in each of some triangles of equal size. */
    private static void restore(byte[] planes, int triangles) {
        int size = planes.length / 4 / triangles;
        for (int triangle = 0; triangle < triangles; triangle++) {
            for (int row = 1; row * (row + 1) / 2 < size; row++) {
                for (int key = 0; key <= row; key++) {
                    int at = triangle * size + row * (row + 1) / 2 + key;
                    planes[at] += planes[at - row];
                }
            }
        }
    }

    /** Four planes of bytes, the sign as the last bit. */
    float[] exact(String id) {
        byte[] planes = inflated(id);
        if (id.startsWith("weights") || id.startsWith("scores")) {
            int heads = recording(Integer.parseInt(id.split("-", -1)[1]))
                    .path("heads")
                    .asInt();
            restore(planes, id.startsWith("weights") ? 1 : heads);
        }
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
