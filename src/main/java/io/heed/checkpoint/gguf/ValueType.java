package io.heed.checkpoint.gguf;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The types of values that belong to keys. */
enum ValueType {
    UINT8(0, 1),
    INT8(1, 1),
    UINT16(2, 2),
    INT16(3, 2),
    UINT32(4, 4),
    INT32(5, 4),
    FLOAT32(6, 4),
    BOOL(7, 1),
    /** Its length, eight bytes, then that many bytes of UTF-8. */
    STRING(8, 8),
    /** The type of its values, four bytes; their number, eight bytes; and the values. */
    ARRAY(9, 12),
    UINT64(10, 8),
    INT64(11, 8),
    FLOAT64(12, 8);

    private final int id;
    private final int bytes;

    ValueType(int id, int bytes) {
        this.id = id;
        this.bytes = bytes;
    }

    /** The number by which a file names it. */
    int id() {
        return id;
    }

    /** The fewest bytes that a value can have; for a number, exactly its bytes. */
    int bytes() {
        return bytes;
    }

    boolean isWhole() {
        return switch (this) {
            case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
            default -> true;
        };
    }

    boolean isReal() {
        return this == FLOAT32 || this == FLOAT64;
    }

    static Optional<ValueType> of(long id) {
        return Stream.of(values()).filter(type -> type.id == id).findFirst();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
