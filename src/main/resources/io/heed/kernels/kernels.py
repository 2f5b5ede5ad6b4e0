# The fused operations of Heed, in TorchScript: each runs many engine operations behind one call from Java.
#
# Shapes: B batch, T positions, C width, H heads, D = C/H, V vocabulary,
# F feed-forward width. Weights of projections are stored (in, out), as GPT-2 stores them: y = x·W + b.
#
# This text is the only file of a TorchScript archive that Kernels.java builds in memory. It is read by PyTorch's importer, which
# knows a small part of Python: every argument has a type, and names are resolved to engine operations (torch.NAME).

class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  heads : int
  epsilon : float
  activation : str
  embedding_scale : float
  dropout : float
  biases : bool
  one_dnn : bool
  bfloat16 : bool

  # The whole transformer: embed, every layer, head.            ids (B,T) -> logits (B,T,V)
  # w: tokens E (V,C), positions P (context,C), twelve of each layer, the last norm's weight and bias; then the head's table (V,C), where
  # that is not E.
  def transform(self: __torch__.Kernels, ids: Tensor, w: List[Tensor]) -> Tensor:
    b = torch.size(ids, 0)
    t = torch.size(ids, 1)
    x = (self).embed(ids, w[0], torch.slice(w[1], 0, 0, t))
    x = (self).layers(x, b, w, annotate(Optional[Tensor], None), 0, annotate(Optional[Tensor], None))
    return torch.view((self).ending(x, w), [b, t, -1])

  # The same with an encoder, whose reading of a source the decoder looks things up in.   ids (B,T), source (B,S), lengths (B) -> (B,T,V)
  # w: E, P, twelve of each encoder layer, its norm's two, eighteen of each decoder layer, the last norm's two; as many layers in both;
  # then the head's table (V,C), where that is not E.
  def translate(self: __torch__.Kernels, ids: Tensor, source: Tensor, lengths: Tensor, w: List[Tensor]) -> Tensor:
    b = torch.size(ids, 0)
    t = torch.size(ids, 1)
    from_source = (self).read_source(source, lengths, w)
    x = (self).embed(ids, w[0], torch.slice(w[1], 0, 0, t))
    none = annotate(Optional[Tensor], None)
    x = (self).decoder_layers(x, b, w, none, 0, none, from_source, lengths)
    return torch.view((self).ending(x, w), [b, t, -1])

  # What the decoder looks up of a source: each of its layers' keys and values.    source (B,S), lengths (B) -> (L,B,S,2C); w as above
  def read_source(self: __torch__.Kernels, source: Tensor, lengths: Tensor, w: List[Tensor]) -> Tensor:
    b = torch.size(source, 0)
    s = torch.size(source, 1)
    n = torch.floordiv(torch.len(w) - 6, 30)
    encoder = torch.slice(w, 0, 4 + 12 * n)
    x = (self).embed(source, w[0], torch.slice(w[1], 0, 0, s))
    x = (self).layers(x, b, encoder, annotate(Optional[Tensor], None), 0, (self).unpadded(lengths, s))
    x = (self).enter((self).normalise(x, encoder[-2], encoder[-1]))
    found = annotate(List[Tensor], [])
    for i in range(n):
      own = torch.slice(w, 12 + 12 * n + 18 * i)
      c = torch.size(own[0], 0)
      kv = (self).leave((self).project(x, torch.slice(own[0], 1, c), torch.slice(own[1], 0, c)))
      torch.append(found, torch.view(kv, [b, s, 2 * c]))
    return torch.stack(found)

  # Which positions of sources are no filling.                     lengths (B) -> (B,1,1,S) bool
  def unpadded(self: __torch__.Kernels, lengths: Tensor, s: int) -> Tensor:
    return torch.lt(torch.arange(s, dtype=4, device=ops.prim.device(lengths)), torch.view(lengths, [-1, 1, 1, 1]))

  # The rest of the transformer, from a residual stream on.        x (B,T,C) -> logits of the last position (B,V)
  # w: where x stands between attention and feed-forward, that layer's last six; then as in `transform`, those of the layers to come.
  def resume(self: __torch__.Kernels, x: Tensor, w: List[Tensor]) -> Tensor:
    b = torch.size(x, 0)
    t = torch.size(x, 1)
    x = torch.reshape(x, [b * t, -1])
    left = torch.slice(w, 2)
    if torch.remainder(torch.len(w) - 4, 12) >= 6:
      x = (self).feed(x, torch.slice(w, 2, 8))
      left = torch.slice(w, 8)
    x = (self).layers(x, b, torch.add(torch.slice(w, 0, 2), left), annotate(Optional[Tensor], None), 0, annotate(Optional[Tensor], None))
    return (self).ending(torch.slice(x, 0, t - 1, None, t), w)                           # of each row's last position

  # The same as `transform` for what comes after `start` positions whose keys and values are kept; those of ids are kept too.
  # ids (B,T), kept (L,B,at least start+T,2C), hidden: nothing, or (B), how many of each row's first positions are padding;
  # source: nothing, or with an encoder what `read_source` gave, and lengths -> logits of the last position (B,V)
  def read(self: __torch__.Kernels, ids: Tensor, w: List[Tensor], kept: Tensor, start: int, hidden: List[Tensor], source: List[Tensor]) -> Tensor:
    b = torch.size(ids, 0)
    t = torch.size(ids, 1)
    seen = annotate(Optional[Tensor], None)
    places = torch.slice(w[1], 0, start, start + t)                                      # (T,C)
    if t > 1 and start > 0:
      seen = (self).visible(ids, start, hidden)
    if torch.len(hidden) > 0:
      seen = (self).visible(ids, start, hidden)
      slots = torch.arange(start, start + t, dtype=4, device=ops.prim.device(ids))             # (T)
      ahead = torch.unsqueeze(hidden[0], 1)                                              # (B,1)
      places = torch.embedding(w[1], torch.clamp(torch.sub(slots, ahead), 0))            # (B,T,C)
    x = (self).embed(ids, w[0], places)
    if torch.len(source) > 0:
      x = (self).decoder_layers(x, b, w, kept, start, seen, source[0], source[1])
    else:
      x = (self).layers(x, b, w, kept, start, seen)
    if t > 1:
      x = torch.slice(x, 0, t - 1, None, t)                                              # each row's last position
    return (self).ending(x, w)

  # The same for one position, called so often that it pays to prepare it (Kernels.java).
  def read_one(self: __torch__.Kernels, ids: Tensor, w: List[Tensor], kept: Tensor, start: int, hidden: List[Tensor], source: List[Tensor]) -> Tensor:
    return (self).read(ids, w, kept, start, hidden, source)

  # Which of the positions so far each new one sees: those before it and itself, but for padding.    -> (B or 1,1,T,start+T) bool
  def visible(self: __torch__.Kernels, ids: Tensor, start: int, hidden: List[Tensor]) -> Tensor:
    keys = torch.arange(start + torch.size(ids, 1), dtype=4, device=ops.prim.device(ids))
    queries = torch.unsqueeze(torch.slice(keys, 0, start), 1)                            # (T,1)
    seen = torch.unsqueeze(torch.le(keys, queries), 0)                                   # (1,T,start+T)
    if torch.len(hidden) > 0:
      padding = torch.lt(keys, torch.view(hidden[0], [-1, 1, 1]))                        # (B,1,start+T)
      itself = torch.eq(keys, queries)                                                   # padding sees itself, as softmax needs one
      seen = torch.logical_or(torch.logical_and(seen, torch.logical_not(padding)), itself)
    return torch.unsqueeze(seen, 1)

  # E[ids]·scale + places, then dropout.        ids (B,T), tokens E (V,C), places (T,C) or (B,T,C) -> (N,C), N = B·T
  def embed(self: __torch__.Kernels, ids: Tensor, tokens: Tensor, places: Tensor) -> Tensor:
    x = torch.mul(torch.embedding(tokens, ids), self.embedding_scale)
    x = torch.add(x, places)
    return (self).drop(torch.view(x, [-1, torch.size(x, 2)]))

  # All layers, one after the other.            x (N,C) -> (N,C); b rows; w, kept, start as above, seen as `visible` gives it
  def layers(self: __torch__.Kernels, x: Tensor, b: int, w: List[Tensor], kept: Optional[Tensor], start: int, seen: Optional[Tensor]) -> Tensor:
    for i in range(torch.floordiv(torch.len(w) - 4, 12)):
      mine = annotate(Optional[Tensor], None)
      if kept is not None:
        mine = torch.select(unchecked_cast(Tensor, kept), 0, i)
      x = (self).layer(x, b, torch.slice(w, 2 + 12 * i, 14 + 12 * i), mine, start, seen)
    return x

  # The same of a decoder that looks up what it reads of a source, (L,B,S,2C), after each attention to itself. lengths (B)
  def decoder_layers(self: __torch__.Kernels, x: Tensor, b: int, w: List[Tensor], kept: Optional[Tensor], start: int, seen: Optional[Tensor], source: Tensor, lengths: Tensor) -> Tensor:
    n = torch.floordiv(torch.len(w) - 6, 30)
    known = (self).unpadded(lengths, torch.size(source, 2))
    for i in range(n):
      own = torch.slice(w, 4 + 12 * n + 18 * i)
      mine = annotate(Optional[Tensor], None)
      if kept is not None:
        mine = torch.select(unchecked_cast(Tensor, kept), 0, i)
      x = (self).attend(x, b, own, mine, start, seen)
      x = (self).look_up(x, b, torch.slice(own, 6, 12), torch.select(source, 0, i), known)
      x = (self).feed(x, torch.slice(own, 12, 18))
    return x

  # x + Attention(LN(x)) whose keys and values are a source's.        x (N,C) -> (N,C)
  # w: ln_cross_attn, c_attn (C,3C), c_proj (C,C), each a weight and a bias; kv: (B,S,2C); known: (B,1,1,S) bool
  def look_up(self: __torch__.Kernels, x: Tensor, b: int, w: List[Tensor], kv: Tensor, known: Tensor) -> Tensor:
    c = torch.size(x, 1)
    normed = (self).enter((self).normalise(x, w[0], w[1]))
    q = (self).leave((self).project(normed, torch.slice(w[2], 1, 0, c), torch.slice(w[3], 0, 0, c)))
    y = (self).project((self).enter((self).blend(torch.view(q, [b, -1, c]), kv, known, False)), w[4], w[5])
    return torch.add(x, (self).drop((self).leave(y)))

  # One pre-norm layer of GPT-2: x + Attention(LN(x)), then + MLP(LN(x)).        x (N,C) -> (N,C)
  # w: ln_1, c_attn (C,3C), c_proj (C,C), ln_2, c_fc (C,F), c_proj (F,C), each a weight and a bias. kept: (B,S,2C) of this layer.
  def layer(self: __torch__.Kernels, x: Tensor, b: int, w: List[Tensor], kept: Optional[Tensor], start: int, seen: Optional[Tensor]) -> Tensor:
    return (self).feed((self).attend(x, b, w, kept, start, seen), torch.slice(w, 6, 12))

  # The first half of a layer, x + Attention(LN(x)), by the first six of its weights.        x (N,C) -> (N,C)
  def attend(self: __torch__.Kernels, x: Tensor, b: int, w: List[Tensor], kept: Optional[Tensor], start: int, seen: Optional[Tensor]) -> Tensor:
    normed = (self).enter((self).normalise(x, w[0], w[1]))
    qkv = (self).leave((self).project(normed, w[2], w[3]))                               # (N,3C)
    y = (self).project((self).enter((self).attention(qkv, b, kept, start, seen)), w[4], w[5])  # (N,C)
    return torch.add(x, (self).drop((self).leave(y)))

  # The second half of a layer, x + MLP(LN(x)).        x (N,C) -> (N,C); w: ln_2, c_fc (C,F), c_proj (F,C)
  def feed(self: __torch__.Kernels, x: Tensor, w: List[Tensor]) -> Tensor:
    normed = (self).enter((self).normalise(x, w[0], w[1]))
    y = (self).activate((self).project(normed, w[2], w[3]))                              # (N,F)
    y = (self).project(y, w[4], w[5])                                                    # (N,C)
    return torch.add(x, (self).drop((self).leave(y)))

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

  # x·W + b. A bias that is not trained is zero, so it is left out.              x (N,in), w (in,out), b (out) -> (N,out)
  def project(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    if self.bfloat16:
      w = torch.to(w, 15)
      b = torch.to(b, 15)
    if self.biases:
      y = torch.linear(x, torch.t(w), b)
    else:
      if (self).blocked(x):
        y = torch.linear(x, torch.t(w))
      else:
        y = torch.mm(x, w)                                                               # the same, sooner begun
    return y

  # Attention of positions to themselves and those before, kept or not. The mask is causal unless `seen` says which keys each query
  # sees, or there is one new position, which sees all.                          qkv (N,3C), b rows -> (N,C)
  def attention(self: __torch__.Kernels, qkv: Tensor, b: int, kept: Optional[Tensor], start: int, seen: Optional[Tensor]) -> Tensor:
    t = torch.floordiv(torch.size(qkv, 0), b)
    c = torch.floordiv(torch.size(qkv, 1), 3)
    q, kv = torch.split_with_sizes(torch.view(qkv, [b, t, 3 * c]), [c, 2 * c], 2)
    if kept is not None:
      whole = torch.slice(unchecked_cast(Tensor, kept), 1, 0, start + t)                 # (B,S,2C), S = start+T
      torch.copy_(torch.slice(whole, 1, start), kv)
      kv = whole
    return (self).blend(q, kv, seen, seen is None and t > 1)

  # softmax(Q·Kᵀ/√D + mask)·V, heads side by side again.                         q (B,T,C), kv (B,S,2C) -> (N,C)
  def blend(self: __torch__.Kernels, q: Tensor, kv: Tensor, seen: Optional[Tensor], causal: bool) -> Tensor:
    b, t, c = torch.size(q)
    q = torch.transpose(torch.view(q, [b, t, self.heads, -1]), 1, 2)                     # (B,H,T,D)
    kv = torch.to(kv, q)                                                                 # what is kept is float32, whatever is multiplied
    k, v = torch.unbind(torch.permute(torch.view(kv, [b, torch.size(kv, 1), 2, self.heads, -1]), [2, 0, 3, 1, 4]), 0)
    y = torch.scaled_dot_product_attention(q, k, v, seen, (self).rate(), causal)         # (B,H,T,D)
    return torch.reshape(torch.transpose(y, 1, 2), [-1, c])

  # The activation, in the form that projections give and take. oneDNN has no tanh gelu.
  def activate(self: __torch__.Kernels, x: Tensor) -> Tensor:
    if self.activation == "relu":
      y = torch.relu(x)
    else:
      if self.activation == "gelu":
        y = torch.gelu(x)
      else:
        y = (self).enter(torch.gelu((self).leave(x), approximate="tanh"))
    return y

  def normalise(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(x, 1)], weight, bias, self.epsilon)

  # Dropout belongs to training, which is where gradients are recorded.
  def rate(self: __torch__.Kernels) -> float:
    p = 0.
    if torch.is_grad_enabled():
      p = self.dropout
    return p

  def drop(self: __torch__.Kernels, x: Tensor) -> Tensor:
    p = (self).rate()
    if p > 0.:
      x = torch.dropout(x, p, True)
    return x

  # LN_f(x)·Eᵀ. w: the norm's weight and bias, E (V,C).                           x (B,T,C) -> (B,T,V)
  def head(self: __torch__.Kernels, x: Tensor, w: List[Tensor]) -> Tensor:
    flat = torch.reshape(x, [-1, torch.size(x, 2)])
    return torch.view((self).logits(flat, w[0], w[1], w[2]), [torch.size(x, 0), torch.size(x, 1), -1])

  # The same of a transformer's weights, which come in twos but for a table of the head's own.
  def ending(self: __torch__.Kernels, x: Tensor, w: List[Tensor]) -> Tensor:
    if torch.remainder(torch.len(w), 2) == 1:
      y = (self).logits(x, w[-3], w[-2], w[-1])
    else:
      y = (self).logits(x, w[-2], w[-1], w[0])
    return y

  # The same of x (N,C) -> (N,V)
  def logits(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor, embedding: Tensor) -> Tensor:
    if self.bfloat16:
      embedding = torch.to(embedding, 15)
    y = torch.linear((self).enter((self).normalise(x, weight, bias)), embedding)
    return torch.to((self).leave(y), 6)                                                  # float32

  # Sum of -log softmax(logits)[target] over positions whose target is not -100, times weight.
  # Of each target the share `smoothing` () is spread over all tokens.
  # logits (B,T,V), targets (B,T) int64, weight () -> ()
  def cross_entropy(self: __torch__.Kernels, logits: Tensor, targets: Tensor, weight: Tensor, smoothing: Tensor) -> Tensor:
    v = torch.size(logits, 2)
    nll = torch.cross_entropy_loss(torch.reshape(logits, [-1, v]), torch.reshape(targets, [-1]), None, 2, -100, float(smoothing))
    return torch.mul(nll, weight)

  # How well each target was foreseen, from column `start` on.
  # logits (B,T,V), targets (B,T) int64 -> (3,B,T-start): ln P of the target, its rank from 1, and ln P of the likeliest.
  # Of equals, that of the lower id comes first.
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

  # The gradients of a loss () with respect to some parameters.
  def gradients(self: __torch__.Kernels, loss: Tensor, params: List[Tensor]) -> List[Tensor]:
    found = annotate(List[Tensor], [])
    for gradient in torch.grad([loss], params):
      torch.append(found, torch.contiguous(unchecked_cast(Tensor, gradient)))
    return found

  # The sum of the squares of all gradients.                                                              () float32
  def squares(self: __torch__.Kernels, grads: List[Tensor]) -> Tensor:
    norms = (self).norms(grads)
    return torch.sum(torch.mul(norms, norms))

  # Scales gradients so that a global L2 norm of the root of `squares` comes down to at most `limit`.
  def clip(self: __torch__.Kernels, grads: List[Tensor], squares: Tensor, limit: float) -> Tensor:
    factor = torch.clamp(torch.div(limit, torch.add(torch.sqrt(squares), 1e-6)), None, 1.)
    torch._foreach_mul_(grads, factor)
    return squares

  # The L2 norm of each array.                                                                       (arrays) float32
  def norms(self: __torch__.Kernels, arrays: List[Tensor]) -> Tensor:
    return torch.stack(torch._foreach_norm(arrays, 2))

  # Moves arrays a share of the way to others, in place.
  def approach(self: __torch__.Kernels, arrays: List[Tensor], others: List[Tensor], share: float) -> Tensor:
    torch._foreach_lerp_(arrays, others, share)
    return arrays[0]

  # Puts the numbers of arrays into others, and theirs into these.
  def swap(self: __torch__.Kernels, arrays: List[Tensor], others: List[Tensor]) -> Tensor:
    for i in range(torch.len(arrays)):
      kept = torch.clone(arrays[i])
      torch.copy_(arrays[i], others[i])
      torch.copy_(others[i], kept)
    return arrays[0]

  # Adds arrays to others in place, one by one.
  def add(self: __torch__.Kernels, arrays: List[Tensor], others: List[Tensor]) -> Tensor:
    torch._foreach_add_(arrays, others)
    return arrays[0]

  # Decoupled weight decay Adam (arXiv 1711.05101), bias-corrected, in place. step () counts this update from 1.
  def adamw(self: __torch__.Kernels, params: List[Tensor], grads: List[Tensor], first: List[Tensor], second: List[Tensor], step: Tensor, rate: float, beta1: float, beta2: float, epsilon: float, decay: float) -> Tensor:
    steps = annotate(List[Tensor], [])
    for p in params:
      torch.append(steps, step)
    torch._fused_adamw_(params, grads, first, second, annotate(List[Tensor], []), steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False)
    return step

  # One step of Muon (Keller Jordan 2024) for matrices that are alike: every gradient's running mean, made orthogonal, is the update.
  # params: matrices (in, out), each cut along its columns into `pieces` parts (queries, keys and values are three), all parts of one
  # shape or its transpose. polynomials: (iterations, 3), the coefficients a, b, c of each Newton-Schulz iteration.
  def muon(self: __torch__.Kernels, params: List[Tensor], grads: List[Tensor], means: List[Tensor], pieces: List[int], polynomials: Tensor, rate: float, momentum: float, decay: float) -> Tensor:
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

  # A matrix with no more rows than columns, itself or transposed.
  def lying(self: __torch__.Kernels, x: Tensor) -> Tensor:
    if torch.size(x, 0) > torch.size(x, 1):
      x = torch.t(x)
    return x

  # Brings all singular values of each matrix near one by odd polynomials, aX + b(XXt)X + c(XXt)^2 X.     x (N,R,S) -> (N,R,S)
  def orthogonal(self: __torch__.Kernels, x: Tensor, polynomials: Tensor) -> Tensor:
    x = torch.div(x, torch.add(torch.linalg_vector_norm(x, 2, [1, 2], True), 1e-7))
    for abc in torch.unbind(polynomials, 0):
      a, b, c = torch.unbind(abc, 0)
      gram = torch.bmm(x, torch.transpose(x, 1, 2))                                      # (N,R,R)
      gram = torch.baddbmm(gram, gram, gram, beta=float(b), alpha=float(c))
      x = torch.baddbmm(x, gram, x, beta=float(a), alpha=1)
    return x
