package io.heed.config;

import io.heed.HeedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A grid: settings, the values of each, and all their combinations. */
public final class Grid {

    /** Some systems do not allow longer folder names. */
    private static final int LONGEST_NAME = 100;

    private final Map<String, List<String>> values;

    private Grid(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Reads a grid.
     *
     * @param lines the values of each setting, as in {@code training.batch=8,16}; commas inside brackets do not
     *     separate values
     * @throws HeedException if a key does not exist, is a group or is given twice, or a value is given twice
     */
    public static Grid of(List<String> lines) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw new HeedException(
                        "--grid %s: write KEY=VALUE,VALUE, as in --grid training.batch=8,16".formatted(line));
            }
            String key = line.substring(0, equals);
            check(key, line);
            List<String> split = split(line.substring(equals + 1));
            if (split.stream().distinct().count() < split.size()) {
                throw new HeedException("--grid %s: a value is given twice; leave one out".formatted(line));
            }
            if (values.put(key, split) != null) {
                throw new HeedException(
                        "--grid %s: %s is given twice; give all its values at once, as in --grid %s=%s,…"
                                .formatted(line, key, key, split.get(0)));
            }
        }
        return new Grid(values);
    }

    private static void check(String key, String line) {
        SettingGuide guide = SettingGuide.all().stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new HeedException(
                        "--grid %s: there is no setting %s%s".formatted(line, key, SettingGuide.hint(key))));
        if (guide.type() == SettingGuide.Type.GROUP) {
            throw new HeedException("--grid %s: %s is a group of settings; name one of them (heed config %s lists them)"
                    .formatted(line, key, key));
        }
        if (key.equals("name")) {
            throw new HeedException(
                    "--grid %s: a sweep names its runs by their settings; leave name out".formatted(line));
        }
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            depth += letter == '[' ? 1 : letter == ']' ? -1 : 0;
            if (letter == ',' && depth == 0) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    /** The keys, in the given order. */
    public List<String> keys() {
        return List.copyOf(values.keySet());
    }

    /** Returns all combinations, each as settings such as {@code training.batch=8}; the last key varies fastest. */
    public List<List<String>> combinations() {
        List<List<String>> all = List.of(List.of());
        for (Map.Entry<String, List<String>> setting : values.entrySet()) {
            all = all.stream()
                    .flatMap(before -> setting.getValue().stream()
                            .map(value -> Stream.concat(before.stream(), Stream.of(setting.getKey() + "=" + value))
                                    .toList()))
                    .toList();
        }
        return all;
    }

    /**
     * Returns a name for each combination, built from its settings, so that names stay the same when values are added;
     * numbers if such names would be too long or not unique.
     */
    public List<String> names() {
        List<List<String>> combinations = combinations();
        List<String> names = combinations.stream()
                .map(settings -> settings.stream().map(this::shortened).collect(Collectors.joining(",")))
                .toList();
        boolean distinct = names.stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .distinct()
                        .count()
                == names.size();
        if (distinct && names.stream().allMatch(name -> name.length() <= LONGEST_NAME)) {
            return names;
        }
        return IntStream.rangeClosed(1, names.size()).mapToObj(String::valueOf).toList();
    }

    /**
     * Returns the last part of the key, if it is unique, and the value without characters that folder names cannot
     * have.
     */
    private String shortened(String setting) {
        int equals = setting.indexOf('=');
        String key = setting.substring(0, equals);
        String last = last(key);
        boolean clear =
                keys().stream().filter(other -> last(other).equals(last)).count() == 1;
        return (clear ? last : key) + setting.substring(equals).replaceAll("[^\\p{L}\\p{N}._=+-]", "-");
    }

    private static String last(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }
}
