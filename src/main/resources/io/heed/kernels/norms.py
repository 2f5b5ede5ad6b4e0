# Normalisation.

  # (x − mean)/√(variance + ε)·scale + shift over the last axis (Ba et al., arXiv 1607.06450).        x (N,C) -> (N,C)
  def layer_norm(self: __torch__.Kernels, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(x, 1)], scale, shift, self.epsilon)
