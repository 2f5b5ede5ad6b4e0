package io.heed.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.heed.HeedException;
import java.util.Locale;

/** The device a user asks for. */
public enum DeviceChoice {
    /** The first CUDA device if there is one, else the CPU. */
    AUTO,
    /** The CPU. */
    CPU,
    /** The first CUDA device. */
    CUDA;

    /**
     * Returns the device.
     *
     * @throws HeedException if CUDA is asked for but the engine finds no CUDA device
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
