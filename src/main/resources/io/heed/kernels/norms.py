# Normalisation.

  # (x − mean)/√(variance + ε)·scale + shift over the last axis (Ba et al., arXiv 1607.06450).        x (N,C) -> (N,C)
  def layer_norm(self: __torch__.Kernels, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    return torch.layer_norm(x, [{width}], scale, shift, self.epsilon)

  # x/√(mean(x²) + ε)·scale over the last axis (Zhang and Sennrich, arXiv 1910.07467).        x (N,C) -> (N,C)
  def rms_norm(self: __torch__.Kernels, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    if {steps}:                                                                          # the same in fewer operations, but without gradients
      mean = torch.div_(torch.sum(torch.square(x), [1], True), self.numbers[2])
      y = torch.mul_(torch.mul(x, torch.rsqrt_(torch.add_(mean, self.numbers[3]))), scale)
    else:
      y = torch.rms_norm(x, [{width}], scale, self.epsilon)
    return y
