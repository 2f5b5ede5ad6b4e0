package io.heed.djl;

import io.heed.HeedException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The arguments of {@code Criteria.optArgument}, numbers or text by name; remembers which names were read. */
final class Arguments {

    private final Map<String, Object> values;
    private final Set<String> known = new TreeSet<>();

    Arguments(Map<String, Object> values) {
        this.values = values;
    }

    /** All of them. */
    Map<String, Object> given() {
        return values;
    }

    double number(String name, double otherwise) {
        known.add(name);
        Object value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            return Double.parseDouble(value.toString());
        } catch (NumberFormatException e) {
            throw new HeedException("argument %s: %s is not a number".formatted(name, value), e);
        }
    }

    long whole(String name, long least, long most, long otherwise) {
        known.add(name);
        Object value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value.toString());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new HeedException(
                "argument %s: %s is not a whole number from %d to %d".formatted(name, value, least, most));
    }

    /** A value of an enumeration, by its name in lower case. */
    <E extends Enum<E>> E choice(String name, E otherwise) {
        known.add(name);
        Object value = values.get(name);
        E[] all = otherwise.getDeclaringClass().getEnumConstants();
        return value == null
                ? otherwise
                : Stream.of(all)
                        .filter(one -> one.toString().equals(value.toString()))
                        .findFirst()
                        .orElseThrow(() -> new HeedException("argument %s: %s is not one of %s"
                                .formatted(
                                        name,
                                        value,
                                        Stream.of(all).map(E::toString).collect(Collectors.joining(", ")))));
    }

    /** Refuses names that were never read and so would be ignored. */
    void refuseOthers() {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new HeedException("there is no argument %s; %s"
                        .formatted(
                                name,
                                known.isEmpty()
                                        ? "there are none here"
                                        : "known arguments: " + String.join(", ", known)));
            }
        }
    }
}
