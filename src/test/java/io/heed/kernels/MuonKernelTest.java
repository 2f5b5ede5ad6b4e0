package io.heed.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel of Muon against its formula, written plainly, one matrix at a time. */
class MuonKernelTest {

    private static final double RATE = .1;
    private static final double MOMENTUM = .9;
    private static final double DECAY = .2;
    private static final float[] POLYNOMIALS = {3.4445f, -4.7750f, 2.0315f, 3.4445f, -4.7750f, 2.0315f};

    private final NDManager manager = NDManager.newBaseManager();
    private final OptimizerKernels kernels = OptimizerKernels.load(manager);

    @BeforeEach
    void seed() {
        JniUtils.setGradMode(false);
        manager.getEngine().setRandomSeed(7);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void two_steps_on_wide_and_tall_matrices_are_those_of_the_formula() {
        NDArray wide = random(4, 8); // out/in = 2, so the update is √2 times as large
        NDArray tall = random(8, 4);
        compare(new NDList(wide, tall), new long[] {1, 1});
    }

    @Test
    void matrices_side_by_side_are_made_orthogonal_one_by_one() {
        compare(new NDList(random(4, 12), random(4, 4)), new long[] {3, 1});
    }

    private void compare(NDList weights, long[] pieces) {
        NDList means = new NDList();
        weights.forEach(array -> means.add(array.zerosLike()));
        NDArray[] plain = weights.stream().map(NDArray::duplicate).toArray(NDArray[]::new);
        NDArray[] plainMeans = means.stream().map(NDArray::duplicate).toArray(NDArray[]::new);
        NDArray polynomials = manager.create(POLYNOMIALS, new Shape(2, 3));
        for (int step = 0; step < 2; step++) {
            NDList gradients = new NDList();
            weights.forEach(array -> gradients.add(random(array.getShape().getShape())));
            kernels.muon(weights, gradients, means, pieces, polynomials, RATE, MOMENTUM, DECAY);
            for (int i = 0; i < plain.length; i++) {
                // m = βm + (1−β)g; u = (1−β)g + βm
                plainMeans[i] = plainMeans[i].mul(MOMENTUM).add(gradients.get(i).mul(1 - MOMENTUM));
                NDArray ahead = gradients.get(i).mul(1 - MOMENTUM).add(plainMeans[i].mul(MOMENTUM));
                NDList updates = new NDList();
                for (NDArray piece : ahead.split(pieces[i], 1)) {
                    updates.add(update(piece));
                }
                NDArray update = updates.get(0);
                for (NDArray next : updates.subList(1, updates.size())) {
                    update = update.concat(next, 1);
                }
                plain[i] = plain[i].mul(1 - RATE * DECAY).sub(update.mul(RATE));
                assertThat(weights.get(i).toFloatArray()).containsExactly(plain[i].toFloatArray(), within(1e-5f));
                assertThat(means.get(i).toFloatArray()).containsExactly(plainMeans[i].toFloatArray(), within(1e-6f));
            }
        }
    }

    /** {@code √max(1, out/in)} times X after X ← aX + b(XXᵀ)X + c(XXᵀ)²X, twice, from a matrix divided by its norm. */
    private static NDArray update(NDArray matrix) {
        long in = matrix.getShape().get(0);
        long out = matrix.getShape().get(1);
        NDArray x = matrix.div(matrix.norm());
        for (int i = 0; i < POLYNOMIALS.length; i += 3) {
            NDArray once = x.matMul(x.transpose()).matMul(x);
            NDArray twice = x.matMul(x.transpose()).matMul(once);
            x = x.mul(POLYNOMIALS[i]).add(once.mul(POLYNOMIALS[i + 1])).add(twice.mul(POLYNOMIALS[i + 2]));
        }
        return x.mul(Math.sqrt(Math.max(1, (double) out / in)));
    }

    private NDArray random(long... shape) {
        return manager.randomNormal(0, 1, new Shape(shape), DataType.FLOAT32);
    }
}
