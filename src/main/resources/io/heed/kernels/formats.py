# Arrays in number formats that Java has no type for, such as bfloat16.

  # An array whose numbers are not yet set, on the device of `at`.    type: PyTorch's number of a format, 6 for float32
  def empty(self: __torch__.Kernels, at: Tensor, shape: List[int], type: int) -> Tensor:
    return torch.empty(shape, dtype=type, device=ops.prim.device(at))

  # Copies the first `count` numbers of a block to a place in an array, rounded to its format.       array: contiguous, block (M) -> ()
  def put(self: __torch__.Kernels, array: Tensor, start: int, block: Tensor, count: int) -> Tensor:
    part = torch.slice(torch.view(array, [-1]), 0, start, start + count)
    torch.copy_(part, torch.slice(block, 0, 0, count))
    return torch.to(torch.sum(part), 6)

  # The sum of some numbers of an array, in its format but given in float32: to sum in float32 would take a copy.  array: contiguous -> ()
  def total(self: __torch__.Kernels, array: Tensor, start: int, count: int) -> Tensor:
    return torch.to(torch.sum(torch.slice(torch.view(array, [-1]), 0, start, start + count)), 6)

  # x·W for weights kept in a shorter format, computed in the format of the other products. Some columns of W at a time are widened, so
  # that only these take the memory of float32.                                                        x (N,in), w (in,out) -> (N,out)
  def widened(self: __torch__.Kernels, x: Tensor, w: Tensor) -> Tensor:
    type = 6
    if {bfloat16}:
      type = 15
    rows = torch.size(w, 0)
    parts = torch.split(w, torch.floordiv(1048575 + rows, rows), 1)
    found = annotate(List[Tensor], [])
    for i in range(torch.len(parts)):
      torch.append(found, (self).leave(torch.linear(x, torch.to(torch.t(parts[i]), type))))
    return torch.cat(found, 1)
