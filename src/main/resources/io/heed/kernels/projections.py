# Products with weights, and the number formats they are computed in.

  # x·W + b.                                    x (N,in), w (in,out), b (out) -> (N,out)
  def with_bias(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    if self.bfloat16:
      w = torch.to(w, 15)
      b = torch.to(b, 15)
    return torch.linear(x, torch.t(w), b)

  # The same where the bias is not trained: it is zero, so it is left out.
  def without_bias(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    if self.bfloat16:
      w = torch.to(w, 15)
    if (self).blocked(x):
      y = torch.linear(x, torch.t(w))
    else:
      y = torch.mm(x, w)                                                                 # same result, less overhead
    return y

  # Brings an array into the form that projections take: bfloat16 where that is asked for; oneDNN's own where it is the one to multiply.
  def enter(self: __torch__.Kernels, x: Tensor) -> Tensor:
    if self.bfloat16:
      x = torch.to(x, 15)
    if (self).blocked(x):
      x = torch.to_mkldnn(x)
    return x

  # Brings what a projection gave back into the engine's form; the sum with the float32 residual stream is float32 again.
  def leave(self: __torch__.Kernels, x: Tensor) -> Tensor:
    if (self).blocked(x):
      x = torch.to_dense(x)
    return x

  # Whether oneDNN multiplies: not so few rows that bringing them into its form would cost more than the product.
  def blocked(self: __torch__.Kernels, x: Tensor) -> bool:
    return self.one_dnn and torch.size(x, 0) >= 256
