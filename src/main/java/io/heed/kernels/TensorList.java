package io.heed.kernels;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;

/**
 * Arrays in the form in which a kernel takes a list of them. Making it takes as long as a small operation, so whoever passes the same
 * arrays often keeps it. It keeps their memory, even if they are closed.
 */
public final class TensorList implements AutoCloseable {

    private final NDManager owner;
    private final IValue value;

    /**
     * Makes a list.
     *
     * @param owner a manager whose closing frees it too
     */
    public TensorList(NDManager owner, NDList arrays) {
        this.owner = owner;
        value = ScriptModule.list(arrays);
        owner.attachInternal(value.getUid(), value);
    }

    IValue value() {
        return value;
    }

    @Override
    public void close() {
        owner.detachInternal(value.getUid());
        value.close();
    }
}
