package io.heed.train;

import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.SmallFile;
import io.heed.UserFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Remembers times in a JSON file: by the key of a trial, the milliseconds of each arithmetic by its name. A file that cannot be read or
 * written is no error: the times are then measured again.
 *
 * @param file the file, which need not exist
 */
record ArithmeticCache(Path file) {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** The file in the user's cache folder. */
    static ArithmeticCache ofUser() {
        return new ArithmeticCache(UserFolders.cache().resolve("arithmetic.json"));
    }

    /** Returns what is known under a key; empty if nothing is. */
    Map<String, Double> find(String key) {
        Map<String, Double> times = all().get(key);
        return times == null || times.values().stream().anyMatch(time -> time == null || time <= 0) ? Map.of() : times;
    }

    /** Remembers the times under a key. */
    void put(String key, Map<String, Double> milliseconds) {
        Map<String, Map<String, Double>> all = all();
        all.put(key, milliseconds);
        try {
            AtomicFile.writeText(file, JSON.writeValueAsString(all) + "\n");
        } catch (HeedException ignored) {
            // the next run measures again
        }
    }

    private Map<String, Map<String, Double>> all() {
        try {
            Map<String, Map<String, Double>> all =
                    JSON.readValue(SmallFile.read(file), new TypeReference<TreeMap<String, Map<String, Double>>>() {});
            return all == null ? new TreeMap<>() : all;
        } catch (IOException | JacksonException | HeedException e) {
            return new TreeMap<>();
        }
    }
}
