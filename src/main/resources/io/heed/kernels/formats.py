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
