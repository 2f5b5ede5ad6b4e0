package io.heed.kernels;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A loaded TorchScript module, and the two ways to call its methods. */
final class ScriptModule {

    private final PtSymbolBlock module;
    private final Map<String, NDArray> methods = new HashMap<>();

    /**
     * Loads a module.
     *
     * @param owner the manager whose closing frees it
     * @param archive the bytes of {@link TorchScriptArchive}
     * @param recorded the methods that {@link #call} and {@link #callForAll} may call
     */
    ScriptModule(NDManager owner, byte[] archive, List<String> recorded) {
        PtNDManager manager = (PtNDManager) owner.newSubManager(Device.cpu());
        try {
            module = JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never: the stream is in memory
        }
        for (String method : recorded) {
            methods.put(method, named(manager.create(0f), "module_method:" + method));
        }
    }

    /** Calls a method that returns one array; if {@code training}, records what the backward pass needs. */
    NDArray call(String method, boolean training, NDList arguments) {
        return callForAll(method, training, arguments).singletonOrThrow();
    }

    /**
     * Calls a method that returns several arrays. The engine takes the method and the grouping into lists from the
     * arrays' names.
     */
    NDList callForAll(String method, boolean training, NDList arguments) {
        arguments.add(methods.get(method));
        return IValueUtils.forward(module, arguments, training);
    }

    /** Calls a method without recording gradients. */
    IValue run(String method, IValue... arguments) {
        return IValueUtils.runMethod(module, method, arguments);
    }

    /** Arguments of {@link #call}: single arrays, then arrays that form one list. Weights always get the same name, since several threads may read them at once. */
    static NDList arguments(NDList alone, NDList together) {
        NDList arguments = new NDList(alone.size() + together.size() + 1);
        alone.forEach(array -> arguments.add(named(array, "")));
        together.forEach(array -> arguments.add(named(array, "weights[]")));
        return arguments;
    }

    private static NDArray named(NDArray array, String name) {
        array.setName(name);
        return array;
    }

    /** An argument of {@link #run} that is a list of arrays. */
    static IValue list(NDList arrays) {
        return IValue.listFrom(arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
    }
}
