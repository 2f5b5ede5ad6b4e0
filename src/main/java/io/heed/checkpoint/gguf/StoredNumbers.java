package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.checkpoint.Safetensors.StoredArray;
import io.heed.checkpoint.gguf.TensorName.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The numbers of a safetensors tensor, in the order of a GGUF file.
 *
 * @param tensor where they are
 * @param name says how the orders differ
 */
record StoredNumbers(StoredArray tensor, TensorName name) implements GgufWriter.Numbers {

    @Override
    public void read(long from, ByteBuffer out) {
        TensorType type = switch (tensor.type()) {
            case "F32" -> TensorType.F32;
            case "F16" -> TensorType.F16;
            case "BF16" -> TensorType.BF16;
            default -> throw new HeedException("it is %s where F32, F16 or BF16 is needed".formatted(tensor.type()));
        };
        ByteBuffer stored = tensor.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int width = type.blockBytes();
        if (name.layout() == Layout.SAME) {
            int start = Math.toIntExact(from * width);
            int end = start + out.remaining() / Float.BYTES * width;
            Dequantizer.dequantize(type, stored.limit(end).position(start), out);
        }
        for (long at = from; out.hasRemaining(); at++) {
            int start = Math.toIntExact(place(at) * width);
            Dequantizer.dequantize(type, stored.limit(start + width).position(start), out);
        }
    }

    /** The index, in the safetensors tensor, of a number of the GGUF file's tensor. */
    private long place(long at) {
        long[] shape = tensor.shape();
        long columns = shape.length == 1 ? 1 : shape[1];
        return switch (name.layout()) {
            case SAME -> at;
            case TRANSPOSED -> at % shape[0] * columns + at / shape[0];
            case PAIRS -> name.huggingFaceRow(at / columns) * columns + at % columns;
        };
    }
}
