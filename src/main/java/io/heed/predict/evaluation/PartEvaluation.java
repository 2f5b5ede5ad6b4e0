package io.heed.predict.evaluation;

import io.heed.predict.ModelPart;

/**
 * How well a part of a model predicts some files, and how well the whole model does.
 *
 * @param part the part
 * @param ofPart its measures
 * @param whole those of the whole model
 */
public record PartEvaluation(ModelPart part, EvaluationReport ofPart, EvaluationReport whole) {}
