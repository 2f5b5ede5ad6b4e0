package io.heed.kernels;

import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The kernels that read one position after others, called so often that the engine's time between operations counts. They are rendered
 * from the same texts as all others, without what only training and many rows need, in a module that is loaded when it is first needed.
 */
final class StepKernels {

    private final ModelModules modules;
    private final ScriptModule whole;
    private volatile @Nullable ScriptModule step;
    private final Set<String> inlined = ConcurrentHashMap.newKeySet();

    /**
     * Creates them.
     *
     * @param whole the module that has the weights in int8
     */
    StepKernels(ModelModules modules, ScriptModule whole) {
        this.modules = modules;
        this.whole = whole;
    }

    /**
     * Calls a method. Optimising its first call inlines the methods it calls for good: that call takes some 20 ms longer, each later one
     * a tenth less time. Optimising further calls would recompile it for other shapes.
     */
    IValue run(String method, IValue... arguments) {
        ScriptModule module = module();
        boolean first = inlined.add(method);
        if (!first) {
            return module.run(method, arguments);
        }
        JniUtils.setGraphExecutorOptimize(true);
        try {
            return module.run(method, arguments);
        } finally {
            JniUtils.setGraphExecutorOptimize(false);
        }
    }

    private ScriptModule module() {
        ScriptModule loaded = step;
        return loaded == null ? load() : loaded;
    }

    private synchronized ScriptModule load() {
        ScriptModule loaded = step;
        if (loaded == null) {
            loaded = modules.step();
            try (IValue packed = whole.run("share");
                    IValue done = loaded.run("take", packed)) {
                step = loaded;
            }
        }
        return loaded;
    }
}
