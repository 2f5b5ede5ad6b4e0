package io.heed.kernels;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Loads the modules of one model's kernels from the same texts.
 *
 * @param owner the manager whose closing frees them
 */
record ModelModules(NDManager owner, KernelSettings settings, Arithmetic arithmetic) {

    private static final List<String> CALLED = List.of(
            "transform",
            "resume",
            "read",
            "head",
            "cross_entropy",
            "assess",
            "foresee",
            "empty",
            "round_matrix",
            "pack",
            "keep",
            "share",
            "put",
            "total");

    private static final List<String> CALLED_WITH_ENCODER = List.of("translate", "read_source");

    /** Those that may record gradients. */
    private static final List<String> RECORDED = List.of("transform", "translate", "head", "cross_entropy");

    private static final List<String> CALLED_TO_STEP = List.of("read", "read_next", "take");

    private static final String PLACE = "place_queries_and_keys";
    private static final String TURNED = "turned";
    private static final String ALWAYS = "True";
    private static final String NEVER = "False";

    /** Loads the module that computes everything. */
    ScriptModule whole() {
        List<String> called = new ArrayList<>(CALLED);
        if (settings.encoder()) {
            called.addAll(CALLED_WITH_ENCODER);
        }
        Map<String, String> choices = new HashMap<>();
        choices.put("drops", settings.dropout() > 0 ? "torch.is_grad_enabled()" : NEVER);
        choices.put("blocked", arithmetic.oneDnn() ? "torch.size(x, 0) >= 256" : NEVER);
        choices.put("batched", arithmetic.bfloat16() && !owner.getDevice().isGpu() ? ALWAYS : NEVER);
        choices.put("reuses", NEVER);
        choices.put("steps", NEVER);
        choices.put("flash", NEVER);
        choices.put("spread", "unspread");
        return load(called, choices);
    }

    /** Loads a module that reads one position of a few rows, without gradients: so a sum may take the place of what it adds. */
    ScriptModule step() {
        Map<String, String> choices = new HashMap<>();
        choices.put("drops", NEVER);
        choices.put("blocked", NEVER);
        choices.put("batched", NEVER);
        choices.put("reuses", arithmetic.bfloat16() ? NEVER : ALWAYS);
        choices.put("steps", ALWAYS);
        choices.put("flash", owner.getDevice().isGpu() ? NEVER : ALWAYS);
        boolean turns = TURNED.equals(settings.choices().get(PLACE));
        choices.put(PLACE, turns ? "turned_at_once" : "unplaced");
        choices.put("spread", turns ? "spread_turns" : "unspread");
        return load(CALLED_TO_STEP, choices);
    }

    private ScriptModule load(List<String> called, Map<String, String> choices) {
        choices.put("bfloat16", arithmetic.bfloat16() ? ALWAYS : NEVER);
        String text = KernelText.of(settings.with(choices), called);
        List<String> recorded = called.stream().filter(RECORDED::contains).toList();
        return new ScriptModule(owner, TorchScriptArchive.write("Kernels", text, attributes()), recorded);
    }

    private Map<String, Object> attributes() {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("training", true);
        attributes.put("layers", (long) settings.layers());
        attributes.put("heads", (long) settings.heads());
        attributes.put("key_heads", (long) settings.keyHeads());
        attributes.put("head_width", (long) settings.headWidth());
        attributes.put("queries_width", (long) settings.heads() * settings.headWidth());
        attributes.put("keys_width", (long) settings.keyHeads() * settings.headWidth());
        attributes.put("epsilon", settings.epsilon());
        attributes.put("dropout", settings.dropout());
        attributes.put("embedding_scale", settings.embeddingScale());
        attributes.put("packed", List.of());
        attributes.put("numbers", List.of());
        return attributes;
    }
}
