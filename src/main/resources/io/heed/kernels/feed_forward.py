# The feed-forward network.

  # x + MLP(LN(x)), a layer's second half.                             x (N,C) -> (N,C)
  def feed(self: __torch__.Kernels, x: Tensor, w: List[Tensor]) -> Tensor:
    normed = (self).enter((self).layer_norm(x, w.feed_forward_norm, w.feed_forward_norm_shift))
    y = (self).{activation}((self).{feed_forward_projection}(normed, w.up, w.up_bias))                        # (N,F)
    y = (self).{feed_forward_projection}(y, w.down, w.down_bias)                                              # (N,C)
    return torch.add(x, (self).drop((self).leave(y)))

  # The activations, in the format of the projections. oneDNN has no tanh gelu.
  def relu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.relu(x)

  def gelu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.gelu(x)

  def gelu_new(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return (self).enter(torch.gelu((self).leave(x), approximate="tanh"))
