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

/** The generation_config.json of a folder, and the ids that it and config.json both name. */
final class GenerationConfig {

    static final String FILE = "generation_config.json";

    private static final String START = "bos_token_id";
    private static final String END = "eos_token_id";
    private static final String PADDING = "pad_token_id";

    private GenerationConfig() {}

    /**
     * Reads what both files say.
     *
     * @param file config.json
     * @param root what stands in it
     * @param rows how many rows the model has
     * @throws HeedException if an end is not a number or a list of numbers
     */
    static SpecialIds read(Path file, JsonNode root, int rows) {
        Path generation = file.resolveSibling(FILE);
        InFile said = Files.isRegularFile(generation) ? inFile(ModelFolder.json(generation), generation) : InFile.NONE;
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
            if (one.intValue() >= 0) { // -1 has been written for none
                ends.add(one.intValue());
            }
        }
        return ends;
    }

    /** Returns the generation_config.json. */
    static String write(InFile ids) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        put(root, ids);
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /** Puts what a file is to say into it. */
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
