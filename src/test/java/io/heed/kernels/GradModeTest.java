package io.heed.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whether operations are recorded: set by the caller, then restored. */
class GradModeTest {

    @BeforeAll
    static void startTheEngine() {
        NDManager.newBaseManager().close();
    }

    @Test
    void is_on_or_off_until_it_is_closed() {
        boolean before = JniUtils.isGradMode();
        try (GradMode on = GradMode.on()) {
            assertThat(JniUtils.isGradMode()).isTrue();
            try (GradMode off = GradMode.off()) {
                assertThat(JniUtils.isGradMode()).isFalse();
            }
            assertThat(JniUtils.isGradMode()).isTrue();
        }
        assertThat(JniUtils.isGradMode()).isEqualTo(before);
    }

    @Test
    void is_as_before_after_a_failure() {
        boolean before = JniUtils.isGradMode();
        try (GradMode other = before ? GradMode.off() : GradMode.on()) {
            throw new IllegalStateException("a failure");
        } catch (IllegalStateException e) {
            assertThat(JniUtils.isGradMode()).isEqualTo(before);
        }
    }

    @Test
    void is_separate_for_each_thread() throws Exception {
        try (GradMode off = GradMode.off()) {
            CountDownLatch looked = new CountDownLatch(1);
            CompletableFuture<Boolean> inside = new CompletableFuture<>();
            FutureTask<Void> other = new FutureTask<>(() -> {
                try (GradMode on = GradMode.on()) {
                    inside.complete(JniUtils.isGradMode());
                    looked.await();
                }
                return null;
            });
            new Thread(other).start();
            assertThat(inside.get()).isTrue();
            assertThat(JniUtils.isGradMode()).as("while it is on in the other").isFalse();
            looked.countDown();
            other.get();
            assertThat(JniUtils.isGradMode()).isFalse();
        }
    }

    @Test
    void determines_whether_a_result_has_gradients() {
        try (NDManager manager = NDManager.newBaseManager()) {
            OptimizerKernels kernels = OptimizerKernels.load(manager);
            NDArray parameter = manager.create(new float[] {3, 4});
            parameter.setRequiresGradient(true);
            NDList parameters = new NDList(parameter);
            try (GradMode on = GradMode.on()) {
                NDArray sum = parameter.mul(parameter).sum();
                assertThat(kernels.gradients(sum, parameters).head().toFloatArray())
                        .containsExactly(6, 8); // the derivative of x² is 2x
            }
            try (GradMode off = GradMode.off()) {
                NDArray sum = parameter.mul(parameter).sum();
                assertThatThrownBy(() -> kernels.gradients(sum, parameters)).isInstanceOf(EngineException.class);
            }
        }
    }
}
