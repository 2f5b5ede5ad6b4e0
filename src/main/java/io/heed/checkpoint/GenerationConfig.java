package io.heed.checkpoint;

import io.heed.HeedException;
import io.heed.text.Visible;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.SpecialIds.InFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes generation_config.json, and the special ids in it and in config.json. */
final class GenerationConfig {

    static final String FILE = "generation_config.json";

    private static final String START = "bos_token_id";
    private static final String END = "eos_token_id";
    private static final String PADDING = "pad_token_id";

    private GenerationConfig() {}

    /**
     * Reads the special ids of both files.
     *
     * @param file config.json
     * @param root the content of config.json
     * @param rows the number of rows of the model's token table
     * @throws HeedException if an end is not an id or a list of ids
     */
    static SpecialIds read(Path file, JsonNode root, int rows) {
        Path generation = file.resolveSibling(FILE);
        InFile said = Files.isRegularFile(generation) ? inFile(JsonFile.small(generation), generation) : InFile.NONE;
        return new SpecialIds(said, inFile(root, file), rows);
    }

    private static InFile inFile(JsonNode root, Path file) {
        return new InFile(id(root.path(START)), ends(root.path(END), file), id(root.path(PADDING)));
    }

    private static OptionalInt id(JsonNode value) {
        return isId(value) && value.intValue() >= 0 ? OptionalInt.of(value.intValue()) : OptionalInt.empty();
    }

    private static boolean isId(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToInt();
    }

    private static List<Integer> ends(JsonNode value, Path file) {
        List<Integer> ends = new ArrayList<>();
        for (JsonNode one : value.isArray() ? value : value.isNull() ? List.<JsonNode>of() : List.of(value)) {
            if (one.isMissingNode()) {
                continue;
            }
            if (!isId(one)) {
                String shown = Visible.text(value.toString());
                throw new HeedException("%s: %s is %s, not an id, a list of ids or null"
                        .formatted(file, END, shown.length() > 60 ? shown.substring(0, 60) + "…" : shown));
            }
            if (one.intValue() >= 0) { // some files write -1 for none
                ends.add(one.intValue());
            }
        }
        return ends;
    }

    /**
     * Returns the content of generation_config.json.
     *
     * @param kept what it says besides
     */
    static String write(InFile ids, ObjectNode kept) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        put(root, ids);
        root.setAll(kept);
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /** Puts the special ids into a file's content. */
    static void put(ObjectNode root, InFile ids) {
        root.putNull(START);
        root.putNull(END);
        ids.start().ifPresent(id -> root.put(START, id));
        if (ids.ends().size() == 1) {
            root.put(END, ids.ends().get(0));
        } else if (!ids.ends().isEmpty()) {
            ArrayNode list = root.putArray(END);
            ids.ends().forEach(list::add);
        }
        ids.padding().ifPresent(id -> root.put(PADDING, id));
    }
}
