package io.heed;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What programs can use of a type: its public members, as text. Left out are members marked {@link Internal}, and those that need a type
 * of Heed's which is none of the API's: nobody can rely on them.
 */
final class ApiOf {

    private final Collection<Class<?>> api;

    ApiOf(Collection<Class<?>> api) {
        this.api = api;
    }

    /** Returns the type's name, and below it the public members of it and of its public nested types, sorted. */
    List<String> lines(Class<?> type) {
        List<String> lines = new ArrayList<>();
        lines.add(type.getName());
        add(type, "", lines);
        return lines;
    }

    private void add(Class<?> type, String prefix, List<String> lines) {
        lines.add("  " + prefix + head(type));
        members(type).forEach(member -> lines.add("  " + prefix + "  " + member));
        Stream.of(type.getDeclaredClasses())
                .filter(nested -> Modifier.isPublic(nested.getModifiers())
                        && !nested.isSynthetic()
                        && !nested.isAnnotationPresent(Internal.class))
                .sorted((a, b) -> a.getSimpleName().compareTo(b.getSimpleName()))
                .forEach(nested -> add(nested, prefix + "  ", lines));
    }

    private String head(Class<?> type) {
        String kind = type.isRecord() ? "record" : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
        String modifiers = type.isSealed() ? "sealed " : kind.equals("class") && isFinal(type) ? "final " : "";
        List<Type> above = new ArrayList<>(List.of(type.getGenericInterfaces()));
        if (kind.equals("class") && type.getSuperclass() != Object.class) {
            above.add(0, type.getGenericSuperclass());
        }
        String is = above.stream().filter(this::isApi).map(this::name).collect(Collectors.joining(", "));
        return modifiers + kind + " " + type.getSimpleName() + parameters(type.getTypeParameters())
                + (isPlain(type) ? components(type) : "") + (is.isEmpty() ? "" : " is " + is);
    }

    private Set<String> members(Class<?> type) {
        Set<String> members = new TreeSet<>();
        for (Field field : type.getDeclaredFields()) {
            if (visible(field, field.getModifiers(), type) && !field.isSynthetic() && isApi(field.getGenericType())) {
                members.add(
                        field.isEnumConstant()
                                ? field.getName()
                                : name(field.getGenericType()) + " " + field.getName());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            boolean written = !(isPlain(type) && isCanonical(constructor, type));
            if (visible(constructor, constructor.getModifiers(), type) && written && isApi(constructor)) {
                members.add("new " + type.getSimpleName() + arguments(constructor) + thrown(constructor));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            boolean api = visible(method, method.getModifiers(), type)
                    && !method.isSynthetic()
                    && isApi(method)
                    && isApi(method.getGenericReturnType());
            if (api && !isGenerated(method, type)) {
                members.add(modifiers(method)
                        + parameters(method.getTypeParameters())
                        + name(method.getGenericReturnType()) + " " + method.getName() + arguments(method)
                        + thrown(method));
            }
        }
        return members;
    }

    /** Whether the compiler made the method: of a record, where its head says what it returns, or of an enum. */
    private boolean isGenerated(Method method, Class<?> type) {
        boolean common = Set.of("toString", "hashCode", "equals").contains(method.getName());
        boolean accessor = isPlain(type)
                && method.getParameterCount() == 0
                && Stream.of(type.getRecordComponents())
                        .anyMatch(part -> part.getName().equals(method.getName()));
        boolean ofEnum = type.isEnum() && Set.of("values", "valueOf").contains(method.getName());
        return common || accessor || ofEnum;
    }

    /** Whether it is a record that anyone can make and take apart. */
    private boolean isPlain(Class<?> type) {
        return type.isRecord() && Stream.of(type.getRecordComponents()).allMatch(part -> isApi(part.getGenericType()));
    }

    private static boolean isCanonical(Constructor<?> constructor, Class<?> type) {
        Class<?>[] parts = Stream.of(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        return Arrays.equals(constructor.getParameterTypes(), parts);
    }

    private String components(Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .map(part -> name(part.getGenericType()) + " " + part.getName())
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private String arguments(Executable executable) {
        return Stream.of(executable.getGenericParameterTypes())
                .map(this::name)
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String parameters(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Stream.of(variables).map(TypeVariable::getName).collect(Collectors.joining(", ", "<", ">"));
    }

    private static boolean isFinal(Class<?> type) {
        return Modifier.isFinal(type.getModifiers());
    }

    private static boolean visible(AnnotatedElement member, int modifiers, Class<?> type) {
        boolean reachable = Modifier.isPublic(modifiers) || (Modifier.isProtected(modifiers) && !isFinal(type));
        return reachable && !member.isAnnotationPresent(Internal.class);
    }

    /** What callers, and those who implement an interface, have to know of a method. */
    private static String modifiers(Method method) {
        if (Modifier.isStatic(method.getModifiers())) {
            return "static ";
        }
        return method.isDefault() ? "default " : Modifier.isAbstract(method.getModifiers()) ? "abstract " : "";
    }

    private String thrown(Executable executable) {
        String checked = Stream.of(executable.getExceptionTypes())
                .filter(type -> !RuntimeException.class.isAssignableFrom(type))
                .map(this::name)
                .sorted()
                .collect(Collectors.joining(", "));
        return checked.isEmpty() ? "" : " throws " + checked;
    }

    private boolean isApi(Executable executable) {
        return Stream.of(executable.getGenericParameterTypes()).allMatch(this::isApi);
    }

    private boolean isApi(Type type) {
        return all(type, named -> {
            Class<?> outer = named;
            while (outer.getDeclaringClass() != null) {
                outer = outer.getDeclaringClass();
            }
            return !outer.getName().startsWith("io.heed.") || api.contains(outer);
        });
    }

    private static boolean all(Type type, Predicate<Class<?>> condition) {
        if (type instanceof Class<?> named) {
            return named.isArray() ? all(named.getComponentType(), condition) : condition.test(named);
        } else if (type instanceof ParameterizedType generic) {
            return all(generic.getRawType(), condition)
                    && Stream.of(generic.getActualTypeArguments()).allMatch(part -> all(part, condition));
        } else if (type instanceof GenericArrayType array) {
            return all(array.getGenericComponentType(), condition);
        } else if (type instanceof WildcardType any) {
            return Stream.concat(Stream.of(any.getUpperBounds()), Stream.of(any.getLowerBounds()))
                    .allMatch(part -> all(part, condition));
        }
        return true;
    }

    /** A type without its packages: the names of Heed's types are unique. */
    private String name(Type type) {
        return type.getTypeName()
                .replaceAll("(?:[a-z][A-Za-z0-9_]*\\.)+(?=[A-Z])", "")
                .replace('$', '.');
    }
}
