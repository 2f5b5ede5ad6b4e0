# Products with weights, and their number formats. oneDNN multiplies where {blocked}: only with enough rows, since for few the conversion
# costs more than the product.

  # x·W + b.                                    x (N,in), w (in,out), b (out) -> (N,out)
  def with_bias(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    if {bfloat16}:
      w = torch.to(w, 15)
      b = torch.to(b, 15)
    if {blocked}:
      y = torch.linear(x, torch.t(w), b)
    else:
      y = torch.addmm(b, x, w)                                                           # same result, less overhead
    return y

  # x·W, for an untrained bias, which is zero.
  def without_bias(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    if {bfloat16}:
      w = torch.to(w, 15)
    if {blocked}:
      y = torch.linear(x, torch.t(w))
    else:
      y = torch.mm(x, w)                                                                 # same result, less overhead
    return y

  # The same for weights in a shorter format; biases are float32.
  def narrow_with_bias(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return (self).enter(torch.add((self).widened(x, w), b))

  def narrow_without_bias(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return (self).enter((self).widened(x, w))

  # Converts an array to the format of the projections: bfloat16 if asked for; oneDNN's own if oneDNN multiplies.
  def enter(self: __torch__.Kernels, x: Tensor) -> Tensor:
    if {bfloat16}:
      x = torch.to(x, 15)
    if {blocked}:
      x = torch.to_mkldnn(x)
    return x

  # Converts a projection's result back to the engine's format; its sum with the float32 residual stream is float32 again.
  def leave(self: __torch__.Kernels, x: Tensor) -> Tensor:
    if {blocked}:
      x = torch.to_dense(x)
    return x
