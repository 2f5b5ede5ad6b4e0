package io.heed.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.heed.HeedException;
import java.util.Locale;

/** Where to compute, as a user says it. */
public enum DeviceChoice {
    /** The first CUDA device where there is one, else the CPU. */
    AUTO,
    /** The CPU. */
    CPU,
    /** The first CUDA device. */
    CUDA;

    /**
     * Returns the device.
     *
     * @throws HeedException if CUDA is asked for where the engine finds none
     */
    public Device resolve() {
        boolean cuda = this != CPU && Engine.getEngine("PyTorch").hasCapability("CUDA");
        if (this == CUDA && !cuda) {
            throw new HeedException("device: cuda was asked for, but the PyTorch engine here finds no CUDA device;"
                    + " use device: cpu or auto, or see \"CUDA\" in docs/performance.md");
        }
        return cuda ? Device.gpu(0) : Device.cpu();
    }

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
