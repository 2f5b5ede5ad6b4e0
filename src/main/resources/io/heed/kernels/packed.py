# Products with weights of one byte each. A matrix W (in,out) is kept as whole numbers q from -127 to 127 and a scale for each output,
# W ≈ q·scale, in the form that the engine's library multiplies. The model has such an object for each in `packed`; in the list of
# weights, a number () in its place says which.

  # Rounds a matrix.                            parts of its outputs, each (out,in) in any format, some rows in float32 at a time
  def round_matrix(self: __torch__.Kernels, parts: List[Tensor]) -> Tensor:
    w = parts[0]
    if torch.len(parts) > 1:
      w = torch.cat(parts)
    outputs = torch.size(w, 0)
    whole = torch.empty([outputs, torch.size(w, 1)], dtype=1)
    scales = torch.empty([outputs], dtype=7)
    step = 1 + torch.floordiv(131071, torch.size(w, 1))
    for i in range(torch.floordiv(outputs + step - 1, step)):
      some = torch.to(torch.slice(w, 0, i * step, (i + 1) * step), 6)
      scale = torch.div(torch.amax(torch.abs(some), [1], True), 127.)
      scale = torch.masked_fill(scale, torch.eq(scale, 0.), 1.)                          # a row of zeros
      torch.copy_(torch.slice(whole, 0, i * step, (i + 1) * step), torch.round(torch.div(some, scale)))
      torch.copy_(torch.slice(scales, 0, i * step, (i + 1) * step), torch.squeeze(scale, 1))
    return torch._make_per_channel_quantized_tensor(whole, scales, torch.zeros([outputs], dtype=4), 0)

  # Packs a rounded matrix (out,in).
  def pack(self: __torch__.Kernels, rounded: Tensor) -> __torch__.torch.classes.quantized.LinearPackedParamsBase:
    return ops.quantized.linear_prepack(rounded, None)

  # Keeps a packed matrix after those before.   inputs: how many it has -> (1,out): its product with zeros
  def keep(self: __torch__.Kernels, w: __torch__.torch.classes.quantized.LinearPackedParamsBase, inputs: int) -> Tensor:
    (self).count()
    torch.append(self.packed, w)
    return (self).times_packed(torch.zeros([1, inputs], dtype=6), w)                     # fails where a library packs but has no such product

  # The objects, for another module of the same model, and what that does with them.
  def share(self: __torch__.Kernels) -> List[__torch__.torch.classes.quantized.LinearPackedParamsBase]:
    found = annotate(List[__torch__.torch.classes.quantized.LinearPackedParamsBase], [])
    for i in range(torch.len(self.packed)):
      torch.append(found, self.packed[i])
    return found

  def take(self: __torch__.Kernels, packed: List[__torch__.torch.classes.quantized.LinearPackedParamsBase]) -> None:
    (self).count()
    self.packed = packed
    return None

  # Makes arrays () of numbers: with one, an operation on a row takes half the time that it takes with a number.
  def count(self: __torch__.Kernels) -> None:
    self.numbers = [torch.scalar_tensor(63., dtype=6), torch.scalar_tensor(126., dtype=6), torch.scalar_tensor({width}, dtype=6), torch.scalar_tensor(self.epsilon, dtype=6)]
    return None

  # x·W. Each row of x is two rows of whole numbers from -63 to 63 times its largest number: h/63 and, for what that leaves, l/(63·126).
  # So rows do not depend on each other, and no sum of two products overflows the 16 bits in which some processors add them.
  # x (N,in), w () -> (N,out) float32
  def packed_product(self: __torch__.Kernels, x: Tensor, w: Tensor) -> Tensor:
    return (self).times_packed(x, self.packed[int(w)])

  def times_packed(self: __torch__.Kernels, x: Tensor, w: __torch__.torch.classes.quantized.LinearPackedParamsBase) -> Tensor:
    if {bfloat16}:
      x = torch.to(x, 6)
    unit = torch.div(torch.amax(torch.abs(x), [1], True), self.numbers[0])               # (N,1)
    u = torch.div(x, unit)                                                               # of zeros, whatever is rounded to is taken 0 times
    h = torch.round(u)
    l = torch.mul_(torch.sub_(u, h), self.numbers[1])
    y = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(torch.cat([h, l]), 1., 64, w)
    n = torch.size(x, 0)
    whole, rest = torch.split_with_sizes(y, [n, n], 0)
    return torch.mul_(torch.add_(whole, rest, alpha=0.007936507936507936), unit)

  # x·W + b and x·W, as `with_bias` and `without_bias`.
  def packed_with_bias(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return (self).enter(torch.add((self).packed_product(x, w), b))

  def packed_without_bias(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return (self).enter((self).packed_product(x, w))

  # As `gated` without biases, G and W₁ packed as one matrix.
  def gated_at_once(self: __torch__.Kernels, x: Tensor, w: List[Tensor]) -> Tensor:
    gate, up = torch.chunk((self).packed_product(x, w.gate), 2, 1)
    return (self).enter(torch.mul((self).leave((self).{activation}(gate)), up))

  # x·Eᵀ, as `kept_scores`, for the table of an untied head.
  def packed_scores(self: __torch__.Kernels, x: Tensor, table: Tensor) -> Tensor:
    return (self).packed_product(x, table)

  # The same for a tied one, which is packed first: `table` has its rows for look-up.
  def first_packed_scores(self: __torch__.Kernels, x: Tensor, table: Tensor) -> Tensor:
    return (self).times_packed(x, self.packed[0])
