package io.heed;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** JSON Schema of what {@link Json} writes of records, with the meanings that their Javadoc gives. */
public final class RecordSchema {

    private final Map<String, Map<String, Object>> records = new TreeMap<>();

    /** Returns the schemas of all records that were referred to, by name. */
    public Map<String, Map<String, Object>> records() {
        return records;
    }

    /** Refers to a record, whose schema is then among {@link #records}. */
    public Map<String, Object> reference(Class<?> type) {
        String name = name(type);
        if (!records.containsKey(name)) {
            records.put(name, Map.of()); // it may hold itself
            records.put(name, ofRecord(type));
        }
        return object("$ref", "#/$defs/" + name);
    }

    private static String name(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return outer == null ? type.getSimpleName() : outer.getSimpleName() + "." + type.getSimpleName();
    }

    private Map<String, Object> ofRecord(Class<?> type) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        boolean open = collect(type, properties, required);
        Map<String, Object> schema = object("description", Meaning.of(type).summary(), "type", "object");
        schema.put("properties", properties);
        schema.put("required", required);
        schema.put("additionalProperties", open);
        return schema;
    }

    /** Collects the properties of a record; says whether it has others, whose names are not known before. */
    private boolean collect(Class<?> type, Map<String, Object> properties, List<String> required) {
        boolean open = false;
        Meaning meaning = Meaning.of(type);
        for (RecordComponent component : type.getRecordComponents()) {
            Method accessor = component.getAccessor();
            if (accessor.isAnnotationPresent(JsonUnwrapped.class)) {
                open |= collect(component.getType(), properties, required);
            } else if (accessor.isAnnotationPresent(JsonAnyGetter.class)) {
                open = true;
            } else if (!accessor.isAnnotationPresent(JsonIgnore.class)) {
                String said = meaning.parameters().getOrDefault(component.getName(), "");
                add(type, accessor, component.getAnnotatedType(), said, properties, required);
            }
        }
        Method[] methods = type.getMethods();
        Arrays.sort(methods, Comparator.comparing(Method::getName));
        for (Method method : methods) {
            boolean component = Arrays.stream(type.getRecordComponents())
                    .anyMatch(each -> each.getName().equals(method.getName()));
            if (method.isAnnotationPresent(JsonProperty.class) && !component) {
                Class<?> declaring = method.getDeclaringClass();
                String said = Meaning.method(declaring, method.getName());
                add(type, method, method.getAnnotatedReturnType(), said, properties, required);
            }
        }
        return open;
    }

    private void add(
            Class<?> type,
            Method accessor,
            AnnotatedType value,
            String said,
            Map<String, Object> properties,
            List<String> required) {
        JsonProperty given = accessor.getAnnotation(JsonProperty.class);
        String key = given == null || given.value().isEmpty()
                ? accessor.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT)
                : given.value();
        boolean mayBeMissing = leavesOutNull(accessor) || leavesOutNull(type);
        Map<String, Object> schema = said.isEmpty() ? object() : object("description", said);
        schema.putAll(accessor.isDefault() ? object("const", event(type)) : of(value, !mayBeMissing));
        properties.put(key, schema);
        if (!leavesOutEmpty(accessor) && (!mayBeMissing || !isNullable(value))) {
            required.add(key);
        }
    }

    private static boolean leavesOutEmpty(AnnotatedElement element) {
        JsonInclude include = element.getAnnotation(JsonInclude.class);
        return include != null && include.value() == JsonInclude.Include.NON_EMPTY;
    }

    private static String event(Class<?> type) {
        return type.getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static boolean leavesOutNull(AnnotatedElement element) {
        JsonInclude include = element.getAnnotation(JsonInclude.class);
        return include != null && include.value() == JsonInclude.Include.NON_NULL;
    }

    private static boolean isNullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }

    private Map<String, Object> of(AnnotatedType type, boolean nullable) {
        Map<String, Object> schema = plain(type);
        return nullable && isNullable(type) ? orNull(schema) : schema;
    }

    private static Map<String, Object> orNull(Map<String, Object> schema) {
        if (schema.isEmpty()) {
            return schema;
        }
        if (schema.get("type") instanceof String one && schema.size() == 1) {
            return object("type", List.of(one, "null"));
        }
        return schema.get("type") instanceof List<?>
                ? schema
                : object("anyOf", List.of(schema, object("type", "null")));
    }

    private Map<String, Object> plain(AnnotatedType annotated) {
        if (annotated instanceof AnnotatedArrayType array) {
            return object("type", "array", "items", of(array.getAnnotatedGenericComponentType(), true));
        }
        if (annotated instanceof AnnotatedParameterizedType generic) {
            AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
            AnnotatedType last = arguments[arguments.length - 1];
            Type raw = ((ParameterizedType) generic.getType()).getRawType();
            if (raw == Optional.class) {
                return orNull(of(last, true));
            }
            return raw == Map.class
                    ? object("type", "object", "additionalProperties", of(last, true))
                    : object("type", "array", "items", of(last, true));
        }
        return plain((Class<?>) annotated.getType());
    }

    private Map<String, Object> plain(Class<?> type) {
        if (Arrays.stream(type.getMethods()).anyMatch(method -> method.isAnnotationPresent(JsonValue.class))) {
            return object("type", "string");
        }
        if (type.isRecord()) {
            return reference(type);
        }
        if (type.isEnum()) {
            return object(
                    "enum",
                    Arrays.stream(type.getEnumConstants())
                            .map(word -> word.toString().toLowerCase(Locale.ROOT))
                            .toList());
        }
        if (type == Instant.class) {
            return object("type", "string", "format", "date-time");
        }
        if (type == Object.class) {
            return object();
        }
        if (List.<Class<?>>of(double.class, float.class, Double.class, Float.class, OptionalDouble.class)
                .contains(type)) {
            return object("type", List.of("number", "null")); // null where it is not finite
        }
        if (type == OptionalInt.class) {
            return object("type", List.of("integer", "null"));
        }
        return object(
                "type",
                type == String.class || type == Path.class
                        ? "string"
                        : type == boolean.class || type == Boolean.class
                                ? "boolean"
                                : type == Number.class ? "number" : "integer");
    }

    /** An object whose keys keep their order. */
    public static Map<String, Object> object(Object... entries) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            object.put((String) entries[i], entries[i + 1]);
        }
        return object;
    }

    /** What Javadoc says of a record. */
    private record Meaning(String summary, Map<String, String> parameters) {

        private static final Pattern PARAMETER = Pattern.compile("@param (\\w+) ([^@]*(?:\\{@[^}]*}[^@]*)*)");

        static Meaning of(Class<?> type) {
            String text = before(type, "record " + type.getSimpleName() + "\\(");
            int tags = text.indexOf("@param");
            Map<String, String> parameters = new LinkedHashMap<>();
            Matcher matcher = PARAMETER.matcher(text);
            while (matcher.find()) {
                parameters.put(matcher.group(1), plain(matcher.group(2)));
            }
            return new Meaning(plain(tags < 0 ? text : text.substring(0, tags)), parameters);
        }

        static String method(Class<?> type, String name) {
            return plain(before(type, "(?:public|default) [^=;{}]* " + name + "\\(\\) \\{"));
        }

        /** The Javadoc before what a pattern finds in a type's source, its stars taken away. */
        private static String before(Class<?> type, String declared) {
            String source = source(type);
            Matcher matcher = Pattern.compile(declared).matcher(source);
            if (!matcher.find()) {
                throw new IllegalStateException(type + " has no " + declared);
            }
            int begin = source.lastIndexOf("/**", matcher.start());
            String comment = source.substring(begin + 3, source.indexOf("*/", begin));
            return comment.replaceAll("\n *\\* ?", " ").strip();
        }

        private static String source(Class<?> type) {
            Path file = Path.of(
                    "src/main/java", type.getName().replaceAll("\\$.*", "").replace('.', '/') + ".java");
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String plain(String text) {
            return text.replaceAll("\\{@\\w+ #?([^}]*)}", "$1")
                    .replaceAll("</?p>", "")
                    .replaceAll("\\s+", " ")
                    .strip()
                    .replaceAll("\\.$", "");
        }
    }
}
