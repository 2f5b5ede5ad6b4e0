package io.heed.model;

import ai.djl.nn.Parameter;
import io.heed.model.Weight.Role;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The parameters of a transformer, one for each weight of its plan. */
final class Parameters {

    private final WeightPlan plan;
    private final Map<String, Parameter> byName = new LinkedHashMap<>();

    Parameters(WeightPlan plan) {
        this.plan = plan;
        for (Weight weight : plan.weights()) {
            Parameter parameter = Parameter.builder()
                    .setName(weight.name())
                    .setType(Parameter.Type.OTHER)
                    .optShape(weight.shape())
                    .optRequiresGrad(weight.trained())
                    .build();
            byName.put(weight.name(), parameter);
        }
    }

    /** The parameters of one layer, by role. */
    interface OfLayer {
        Parameter get(Role role);
    }

    OfLayer in(Trace.Part part, int layer) {
        return role -> of(plan.get(part, layer, role));
    }

    Parameter of(Weight weight) {
        return Objects.requireNonNull(byName.get(weight.name()), weight.name());
    }

    /** All parameters, in the order of the plan. */
    Map<String, Parameter> byName() {
        return Collections.unmodifiableMap(byName);
    }
}
