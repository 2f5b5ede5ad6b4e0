# Scores of a model's logits: the loss that training minimizes, and how well each token was predicted.

  # Sum of -log softmax(logits)[target] over positions whose target is not -100, times weight.
  # The share `smoothing` () of each target is spread over all tokens.
  # logits (B,T,V), targets (B,T) int64, weight () -> ()
  def cross_entropy(self: __torch__.Kernels, logits: Tensor, targets: Tensor, weight: Tensor, smoothing: Tensor) -> Tensor:
    v = torch.size(logits, 2)
    nll = torch.cross_entropy_loss(torch.reshape(logits, [-1, v]), torch.reshape(targets, [-1]), None, 2, -100, float(smoothing))
    return torch.mul(nll, weight)

  # How well a decoder alone predicts each target, from column `start` on: as `foresee`, but with no more than four million logits in
  # memory at once, or those of one column.                     ids, targets (B,T) int64 -> (3,B,T-start)
  def assess(self: __torch__.Kernels, ids: Tensor, targets: Tensor, start: int, w: List[Tensor]) -> Tensor:
    b = torch.size(ids, 0)
    t = torch.size(ids, 1)
    x = torch.view((self).stream(ids, w, annotate(List[Tensor], [])), [b, t, -1])
    column = b * {vocabulary}
    columns = torch.floordiv(4194303 + column, column)
    found = annotate(List[Tensor], [])
    for i in range(torch.floordiv(t - start + columns - 1, columns)):
      first = start + i * columns
      some = torch.slice(x, 1, first, first + columns)                                   # (B,T',C)
      logits = (self).head(some, [w.final_norm, w.final_norm_shift, w.head])
      torch.append(found, (self).foresee(logits, torch.slice(targets, 1, first, first + columns), 0))
    return torch.cat(found, 2)

  # How well each target was predicted, from column `start` on.
  # logits (B,T,V), targets (B,T) int64 -> (3,B,T-start): ln P of the target, its rank from 1, and ln P of the likeliest.
  # Among equals, the lower id comes first.
  def foresee(self: __torch__.Kernels, logits: Tensor, targets: Tensor, start: int) -> Tensor:
    seen = torch.slice(logits, 1, start)                                                 # (B,T',V)
    target = torch.unsqueeze(torch.slice(targets, 1, start), 2)                          # (B,T',1)
    own = torch.gather(seen, 2, target)                                                  # (B,T',1)
    lower = torch.lt(torch.arange(torch.size(seen, 2), dtype=4, device=ops.prim.device(seen)), target)
    before = torch.logical_or(torch.gt(seen, own), torch.logical_and(torch.eq(seen, own), lower))
    rank = torch.add(torch.sum(before, [2]), 1)
    logs = torch.log_softmax(seen, 2)
    found = torch.squeeze(torch.gather(logs, 2, target), 2)
    return torch.stack([found, torch.to(rank, 6), torch.amax(logs, [2])])
