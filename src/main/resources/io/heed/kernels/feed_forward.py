# The feed-forward network.

  # x + MLP(LN(x)), a layer's second half.                             x (N,C) -> (N,C)
  def feed(self: __torch__.Kernels, x: Tensor, w: List[Tensor]) -> Tensor:
    return (self).plus(x, (self).fed(x, w))

  # MLP(LN(x)).                                                        x (N,C) -> (N,C)
  def fed(self: __torch__.Kernels, x: Tensor, w: List[Tensor]) -> Tensor:
    normed = (self).enter((self).{norm}(x, w.feed_forward_norm, w.feed_forward_norm_shift))
    y = (self).{inner}(normed, w)                                                                             # (N,F)
    y = (self).{feed_forward_projection}(y, w.down, w.down_bias)                                              # (N,C)
    return (self).drop((self).leave(y))

  # activation(x·W₁ + b₁)
  def plain(self: __torch__.Kernels, x: Tensor, w: List[Tensor]) -> Tensor:
    return (self).{activation}((self).{feed_forward_projection}(x, w.up, w.up_bias))

  # activation(x·G + g) ⊙ (x·W₁ + b₁) (Shazeer, arXiv 2002.05202)
  def gated(self: __torch__.Kernels, x: Tensor, w: List[Tensor]) -> Tensor:
    gate = (self).{activation}((self).{feed_forward_projection}(x, w.gate, w.gate_bias))
    return torch.mul(gate, (self).{feed_forward_projection}(x, w.up, w.up_bias))

  # The activations, in the format of the projections. oneDNN has no tanh gelu.
  def relu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.relu(x)

  def gelu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.gelu(x)

  def gelu_new(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return (self).enter(torch.gelu((self).leave(x), approximate="tanh"))

  def silu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return (self).enter(torch.silu((self).leave(x)))
