package io.heed.train;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * One key of the configuration, explained.
 *
 * @param key the key, as in {@code training.steps}
 * @param defaultValue what it is where it is not given, empty where it has to be given or is nothing
 * @param meaning what it means
 */
public record SettingGuide(String key, String defaultValue, String meaning) {

    /** Returns all keys, in the order of {@link RunConfig}. */
    public static List<SettingGuide> all() {
        List<SettingGuide> guides = new ArrayList<>();
        collect(RunConfig.defaults(), "", guides);
        return guides;
    }

    private static void collect(Record settings, String prefix, List<SettingGuide> guides) {
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            String key = prefix + ConfigReader.name(component);
            Object value = value(settings, component);
            if (value instanceof Record group) {
                collect(group, key + ".", guides);
            } else {
                String meaning = component.getAnnotation(Setting.class).value();
                String shown = value instanceof List<?> list && list.isEmpty() ? "" : value.toString();
                guides.add(new SettingGuide(key, shown, meaning));
            }
        }
    }

    private static Object value(Record settings, RecordComponent component) {
        try {
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // records of this package are ours to read
        }
    }
}
