package io.heed.checkpoint.gguf;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the numbers of a tensor are stored: in blocks of a fixed size (ggml's {@code ggml_type}). */
public enum TensorType {
    F32(0, 1, 4),
    F16(1, 1, 2),
    Q4_0(2, 32, 18),
    Q4_1(3, 32, 20),
    Q5_0(6, 32, 22),
    Q5_1(7, 32, 24),
    Q8_0(8, 32, 34),
    Q4_K(12, 256, 144),
    Q5_K(13, 256, 176),
    Q6_K(14, 256, 210),
    BF16(30, 1, 2);

    /** The names of other types, for messages. */
    private static final Map<Integer, String> OTHERS = Map.ofEntries(
            Map.entry(9, "Q8_1"),
            Map.entry(10, "Q2_K"),
            Map.entry(11, "Q3_K"),
            Map.entry(15, "Q8_K"),
            Map.entry(16, "IQ2_XXS"),
            Map.entry(17, "IQ2_XS"),
            Map.entry(18, "IQ3_XXS"),
            Map.entry(19, "IQ1_S"),
            Map.entry(20, "IQ4_NL"),
            Map.entry(21, "IQ3_S"),
            Map.entry(22, "IQ2_S"),
            Map.entry(23, "IQ4_XS"),
            Map.entry(28, "F64"),
            Map.entry(29, "IQ1_M"),
            Map.entry(34, "TQ1_0"),
            Map.entry(35, "TQ2_0"),
            Map.entry(39, "MXFP4"));

    private final int id;
    private final int numbers;
    private final int bytes;

    TensorType(int id, int numbers, int bytes) {
        this.id = id;
        this.numbers = numbers;
        this.bytes = bytes;
    }

    /** The number by which a file names it. */
    int id() {
        return id;
    }

    /** The number of numbers in a block. */
    int blockNumbers() {
        return numbers;
    }

    /** The number of bytes in a block. */
    int blockBytes() {
        return bytes;
    }

    /** The number of bytes in whole blocks of the given number of numbers. */
    long bytes(long count) {
        return Math.multiplyExact(count / numbers, bytes);
    }

    static Optional<TensorType> of(long id) {
        return Stream.of(values()).filter(type -> type.id == id).findFirst();
    }

    /** The name of a type that cannot be read, or its number if it has no known name. */
    static String nameOf(long id) {
        String name = id == (int) id ? OTHERS.get((int) id) : null;
        return name == null ? Long.toString(id) : name;
    }

    /** The names of all, for messages. */
    static String all() {
        return Stream.of(values()).map(Enum::name).collect(Collectors.joining(", "));
    }
}
