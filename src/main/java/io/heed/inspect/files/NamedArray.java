package io.heed.inspect.files;

import io.heed.inspect.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** An array of a dump, under its name in every format; docs/formats.md lists them. */
sealed interface NamedArray {

    /** Such as {@code weights}. */
    String name();

    /** The size of each dimension. */
    long[] shape();

    /** Whether its numbers are int64 rather than float32. */
    boolean whole();

    /** Its bytes, little-endian, piece by piece. */
    Stream<byte[]> pieces();

    /** Whole numbers in a row. */
    record Longs(String name, long[] values) implements NamedArray {

        @Override
        public long[] shape() {
            return new long[] {values.length};
        }

        @Override
        public boolean whole() {
            return true;
        }

        @Override
        public Stream<byte[]> pieces() {
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(values);
            return Stream.of(bytes.array());
        }
    }

    /**
     * Numbers in any number of dimensions.
     *
     * @param layered whether it has a first dimension of layers
     * @param tensors one per layer, or a single one
     */
    record Floats(String name, boolean layered, List<Tensor> tensors) implements NamedArray {

        /** An array without a dimension of layers. */
        Floats(String name, Tensor tensor) {
            this(name, false, List.of(tensor));
        }

        @Override
        public long[] shape() {
            LongStream own = LongStream.of(tensors.get(0).shape());
            return (layered ? LongStream.concat(LongStream.of(tensors.size()), own) : own).toArray();
        }

        @Override
        public boolean whole() {
            return false;
        }

        @Override
        public Stream<byte[]> pieces() {
            return tensors.stream().map(tensor -> {
                ByteBuffer bytes = ByteBuffer.allocate(tensor.values().length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(tensor.values());
                return bytes.array();
            });
        }
    }
}
