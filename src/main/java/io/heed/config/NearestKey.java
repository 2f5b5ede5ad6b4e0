package io.heed.config;

import io.heed.text.EditDistance;

/** Finds the existing key closest to a misspelt one. */
final class NearestKey {

    private NearestKey() {}

    /**
     * Returns {@code "; did you mean KEY?"} with the key whose last part is closest; among equally close ones, a key of
     * the same group.
     *
     * @return "" if no key is close
     */
    static String hint(String key) {
        String name = last(key);
        String nearest = "";
        int best = 2 * (1 + Math.max(2, name.length() / 2));
        for (String other : SettingGuide.all().stream().map(SettingGuide::key).toList()) {
            int cost = 2 * EditDistance.between(name, last(other)) + (group(key).equals(group(other)) ? 0 : 1);
            if (cost < best) {
                best = cost;
                nearest = other;
            }
        }
        return nearest.isEmpty() ? "" : "; did you mean %s?".formatted(nearest);
    }

    private static String last(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    private static String group(String key) {
        return key.substring(0, Math.max(0, key.lastIndexOf('.')));
    }
}
