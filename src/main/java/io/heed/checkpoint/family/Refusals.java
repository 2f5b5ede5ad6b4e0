package io.heed.checkpoint.family;

/** Keys that would change the computation in a way that Heed does not support. */
final class Refusals {

    private Refusals() {}

    /**
     * Refuses them.
     *
     * @throws io.heed.HeedException naming the key and its value
     */
    static void check(ConfigJson json) {
        if (json.truth("add_cross_attention", false)) {
            throw json.wrong("add_cross_attention", "which is not supported");
        }
        if (json.given("quantization_config")) {
            throw json.wrong(
                    "quantization_config", "which is not supported; save the model in float32, float16 or bfloat16");
        }
        if (!json.root().path("pruned_heads").isEmpty()) {
            throw json.wrong("pruned_heads", "which is not supported; all layers have all heads");
        }
    }
}
