# Normalisation.

  # (x − mean)/√(variance + ε)·scale + shift over the last axis (Ba et al., arXiv 1607.06450).        x (N,C) -> (N,C)
  def layer_norm(self: __torch__.Kernels, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    return torch.layer_norm(x, [{width}], scale, shift, self.epsilon)

  # x/√(mean(x²) + ε)·scale over the last axis (Zhang and Sennrich, arXiv 1910.07467).        x (N,C) -> (N,C)
  def rms_norm(self: __torch__.Kernels, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    return torch.rms_norm(x, [{width}], scale, self.epsilon)
