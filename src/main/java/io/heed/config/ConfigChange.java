package io.heed.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A setting whose value has changed.
 *
 * @param key the key, as in {@code training.steps}
 * @param before its value before
 * @param now its value now
 */
public record ConfigChange(String key, String before, String now) {

    /** Compares two configurations. */
    public static List<ConfigChange> between(RunConfig before, RunConfig now) {
        Map<String, String> old = SettingGuide.values(before);
        List<ConfigChange> changes = new ArrayList<>();
        SettingGuide.values(now).forEach((key, value) -> {
            String earlier = Objects.requireNonNull(old.get(key));
            if (!earlier.equals(value)) {
                changes.add(new ConfigChange(key, earlier, value));
            }
        });
        return changes;
    }

    /**
     * Whether a run cannot resume with this change: its weights or its optimizer state would not fit or would change
     * their meaning.
     */
    public boolean forbidden() {
        return key.equals("seed")
                || key.equals("name")
                || key.startsWith("tokenizer.")
                || (key.startsWith("model.") && !key.equals("model.dropout"))
                || key.equals("training.optimizer")
                || (key.equals("distributed.workers") && (before.equals("0") || now.equals("0")));
    }

    @Override
    public String toString() {
        return "%s: %s instead of %s".formatted(key, shown(now), shown(before));
    }

    private static String shown(String value) {
        return value.isEmpty() ? "nothing" : value;
    }
}
