package io.heed.checkpoint;

import io.heed.HeedException;
import io.heed.checkpoint.Safetensors.Index;
import io.heed.checkpoint.Safetensors.Stored;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the header of a safetensors file, which is untrusted: each tensor must match its shape, lie within the data and not overlap
 * others.
 *
 * @param file the file
 * @param dataStart where in it the tensors' bytes begin
 * @param end where they end
 */
record SafetensorsHeader(Path file, long dataStart, long end) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    Index read(byte[] header) {
        JsonNode root;
        try {
            root = JSON.readTree(header);
        } catch (JacksonException e) {
            throw broken(file, "its header is not JSON");
        }
        if (!root.isObject()) {
            throw broken(file, "its header is not a JSON object");
        }
        Map<String, Stored> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            if (entry.getKey().equals(Safetensors.METADATA)) {
                entry.getValue()
                        .properties()
                        .forEach(about ->
                                metadata.put(about.getKey(), about.getValue().asString("")));
            } else {
                tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue()));
            }
        }
        requireFull(new ArrayList<>(tensors.values()));
        return new Index(tensors, metadata);
    }

    /** Requires that each tensor begins where another ends, and the last ends with the file. */
    private void requireFull(List<Stored> tensors) {
        tensors.sort(Comparator.comparingLong(Stored::start).thenComparingLong(Stored::bytes));
        long at = dataStart;
        for (Stored tensor : tensors) {
            if (tensor.start() != at) {
                throw broken(
                        file, "its tensors overlap or leave a gap at byte %d of the data".formatted(at - dataStart));
            }
            at += tensor.bytes();
        }
        if (at != end) {
            throw broken(file, "its tensors end at byte %d and its data at byte %d".formatted(at - dataStart, size()));
        }
    }

    private long size() {
        return end - dataStart;
    }

    private Stored tensor(String name, JsonNode entry) {
        JsonNode type = entry.path("dtype");
        JsonNode offsets = entry.path("data_offsets");
        if (!type.isString() || !entry.path("shape").isArray() || !offsets.isArray() || offsets.size() != 2) {
            throw broken(file, "the header of %s lacks dtype, shape or data_offsets".formatted(name));
        }
        long start = whole(name, offsets.get(0));
        long end = whole(name, offsets.get(1));
        long[] shape = new long[entry.path("shape").size()];
        long numbers = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = whole(name, entry.path("shape").get(i));
            if (shape[i] != 0 && numbers > Integer.MAX_VALUE / shape[i]) {
                throw broken(file, "%s claims more numbers than a file can hold".formatted(name));
            }
            numbers *= shape[i];
        }
        if (end > size() || start > end) {
            throw broken(
                    file,
                    "%s claims bytes %d to %d of %d; the file is cut short or damaged"
                            .formatted(name, start, end, size()));
        }
        int width = width(type.stringValue());
        if (width == 0) {
            throw broken(file, "%s has the unknown type %s".formatted(name, type.stringValue()));
        }
        if (numbers * width != end - start) {
            throw broken(
                    file,
                    "%s has shape %s of %s and %d bytes"
                            .formatted(name, Arrays.toString(shape), type.stringValue(), end - start));
        }
        return new Stored(file, dataStart + start, type.stringValue(), shape, end - start);
    }

    private long whole(String name, JsonNode number) {
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
            throw broken(file, "the header of %s has %s where a whole number belongs".formatted(name, number));
        }
        return number.longValue();
    }

    /** The bytes per number of a type, or 0 if there is no such type. */
    static int width(String type) {
        return switch (type) {
            case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3" -> 1;
            case "I16", "U16", "F16", "BF16" -> 2;
            case "I32", "U32", "F32" -> 4;
            case "I64", "U64", "F64" -> 8;
            default -> 0;
        };
    }

    static HeedException broken(Path file, String why) {
        String oneLine = why.replaceAll("\\p{Cntrl}", " "); // names in a file are untrusted
        return new HeedException("%s is not a safetensors file: %s".formatted(file, oneLine));
    }
}
