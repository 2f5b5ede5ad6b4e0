# From a loss to the next weights: gradients, their norm, and the two update rules. A module of its own, since it depends on no model.

class Optimizers(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # The gradients of a loss () with respect to some parameters.
  def gradients(self: __torch__.Optimizers, loss: Tensor, params: List[Tensor]) -> List[Tensor]:
    found = annotate(List[Tensor], [])
    for gradient in torch.grad([loss], params):
      torch.append(found, torch.contiguous(unchecked_cast(Tensor, gradient)))
    return found

  # The sum of the squares of all gradients.                                                              () float32
  def squares(self: __torch__.Optimizers, grads: List[Tensor]) -> Tensor:
    norms = (self).norms(grads)
    return torch.sum(torch.mul(norms, norms))

  # Scales gradients so that their global L2 norm, the root of `squares`, is at most `limit`.
  def clip(self: __torch__.Optimizers, grads: List[Tensor], squares: Tensor, limit: float) -> Tensor:
    factor = torch.clamp(torch.div(limit, torch.add(torch.sqrt(squares), 1e-6)), None, 1.)
    torch._foreach_mul_(grads, factor)
    return squares

  # The L2 norm of each array.                                                                       (arrays) float32
  def norms(self: __torch__.Optimizers, arrays: List[Tensor]) -> Tensor:
    return torch.stack(torch._foreach_norm(arrays, 2))

  # Moves arrays a share of the way towards others, in place.
  def approach(self: __torch__.Optimizers, arrays: List[Tensor], others: List[Tensor], share: float) -> Tensor:
    torch._foreach_lerp_(arrays, others, share)
    return arrays[0]

  # Swaps the values of arrays with those of others.
  def swap(self: __torch__.Optimizers, arrays: List[Tensor], others: List[Tensor]) -> Tensor:
    for i in range(torch.len(arrays)):
      kept = torch.clone(arrays[i])
      torch.copy_(arrays[i], others[i])
      torch.copy_(others[i], kept)
    return arrays[0]

  # Adds arrays to others in place, one by one.
  def add(self: __torch__.Optimizers, arrays: List[Tensor], others: List[Tensor]) -> Tensor:
    torch._foreach_add_(arrays, others)
    return arrays[0]

  # Decoupled weight decay Adam (arXiv 1711.05101), bias-corrected, in place. step () counts this update from 1.
  def adamw(self: __torch__.Optimizers, params: List[Tensor], grads: List[Tensor], first: List[Tensor], second: List[Tensor], step: Tensor, rate: float, beta1: float, beta2: float, epsilon: float, decay: float) -> Tensor:
    steps = annotate(List[Tensor], [])
    for p in params:
      torch.append(steps, step)
    torch._fused_adamw_(params, grads, first, second, annotate(List[Tensor], []), steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False)
    return step

  # One step of Muon (Keller Jordan 2024) for matrices of one shape: the update is the orthogonalised running mean of the gradient.
  # params: matrices (in, out), each split along its columns into `pieces` parts (three for queries, keys and values), all parts of
  # one shape or its transpose. polynomials: (iterations, 3), the coefficients a, b, c of each Newton-Schulz iteration.
  def muon(self: __torch__.Optimizers, params: List[Tensor], grads: List[Tensor], means: List[Tensor], pieces: List[int], polynomials: Tensor, rate: float, momentum: float, decay: float) -> Tensor:
    torch._foreach_lerp_(means, grads, 1. - momentum)
    ahead = torch._foreach_lerp(grads, means, momentum)                                  # Nesterov's look ahead
    parts = annotate(List[Tensor], [])
    for i in range(torch.len(ahead)):
      for part in torch.chunk(ahead[i], pieces[i], 1):
        torch.append(parts, (self).lying(part))
    updates = torch.unbind((self).orthogonal(torch.stack(parts), polynomials), 0)
    torch._foreach_mul_(params, 1. - rate * decay)
    next = 0
    for i in range(torch.len(params)):
      for part in torch.chunk(params[i], pieces[i], 1):
        rows = torch.size(part, 0)
        columns = torch.size(part, 1)
        scale = 1.                                                                       # the root of max(1, out/in)
        if columns > rows:
          scale = torch.sqrt(torch.div(columns, rows))
        update = updates[next]
        if rows > columns:
          update = torch.t(update)
        torch.sub_(part, update, alpha=rate * scale)
        next = next + 1
    return params[0]

  # x, or its transpose if x has more rows than columns.
  def lying(self: __torch__.Optimizers, x: Tensor) -> Tensor:
    if torch.size(x, 0) > torch.size(x, 1):
      x = torch.t(x)
    return x

  # Brings all singular values of each matrix near one by odd polynomials, aX + b(XXt)X + c(XXt)^2 X.     x (N,R,S) -> (N,R,S)
  def orthogonal(self: __torch__.Optimizers, x: Tensor, polynomials: Tensor) -> Tensor:
    x = torch.div(x, torch.add(torch.linalg_vector_norm(x, 2, [1, 2], True), 1e-7))
    for abc in torch.unbind(polynomials, 0):
      a, b, c = torch.unbind(abc, 0)
      gram = torch.bmm(x, torch.transpose(x, 1, 2))                                      # (N,R,R)
      gram = torch.baddbmm(gram, gram, gram, beta=float(b), alpha=float(c))
      x = torch.baddbmm(x, gram, x, beta=float(a), alpha=1)
    return x
