# Attention: softmax(Q·Kᵀ/√D + mask)·V.

  # x + Attention(LN(x)), a layer's first half.                        x (N,C) -> (N,C)
  # b rows; room: empty, or the result of `room`; i: the layer; places and seen: results of `places` and `visible`
  def attend(self: __torch__.Kernels, x: Tensor, b: int, w: List[Tensor], places: Tensor, room: List[Tensor], i: int, seen: Optional[Tensor]) -> Tensor:
    normed = (self).enter((self).{norm}(x, w.attention_norm, w.attention_norm_shift))
    qkv = (self).leave((self).{project_in}(normed, w.query_key_value, w.query_key_value_bias))      # (N,(H+2K)·D)
    y = (self).{project_out}((self).enter((self).attention(qkv, b, w, places, room, i, seen)), w.output, w.output_bias)
    return (self).plus(x, (self).drop((self).leave(y)))

  # Self-attention, including kept positions. The mask is causal unless `seen` lists the keys of each query or there is only one new
  # position, which attends to all.                                              qkv (N,(H+2K)·D), b rows -> (N,H·D)
  def attention(self: __torch__.Kernels, qkv: Tensor, b: int, w: List[Tensor], places: Tensor, room: List[Tensor], i: int, seen: Optional[Tensor]) -> Tensor:
    t = torch.floordiv(torch.size(qkv, 0), b)
    qkv = (self).{norm_queries_and_keys}(torch.view(qkv, [b, t, -1]), w)
    qkv = (self).{place_queries_and_keys}(qkv, places)
    if {bfloat16}:                                                                       # norms and angles are float32
      qkv = torch.to(qkv, 15)
    q, kv = torch.split_with_sizes(qkv, [self.queries_width, 2 * self.keys_width], 2)
    if torch.len(room) > 0:
      torch.copy_(room[i], kv)
      k = room[self.layers + i]
      v = room[2 * self.layers + i]
      if {bfloat16}:                                                                     # kept values are float32 in any precision
        k = torch.to(k, 15)
        v = torch.to(v, 15)
    else:
      k, v = (self).by_heads(kv)
    return (self).blend(q, k, v, seen, seen is None and t > 1)

  # Where each layer keeps the keys and values of T new positions, L times (B,T,2K·D), then, as L times (B,K,S,D), all its keys, and as
  # many values, S = start+T.                                                    kept (L,B,at least S,2K·D) -> 3L views of it
  def room(self: __torch__.Kernels, kept: Tensor, start: int, t: int) -> List[Tensor]:
    added = torch.unbind(torch.slice(kept, 2, start, start + t), 0)
    k, v = (self).by_heads(torch.slice(kept, 2, 0, start + t))
    return torch.add(torch.add(added, torch.unbind(k, 0)), torch.unbind(v, 0))

  # Keys and values of each head.                                                (..,S,2K·D) -> twice (..,K,S,D)
  def by_heads(self: __torch__.Kernels, kv: Tensor) -> Tuple[Tensor, Tensor]:
    each = torch.unflatten(kv, -1, [2, self.key_heads, self.head_width])                 # (..,S,2,K,D)
    k, v = torch.unbind(torch.transpose(each, -4, -2), -3)
    return (k, v)

  # softmax(Q·Kᵀ/√D + mask)·V, heads side by side again.                         q (B,T,H·D), k and v (B,K,S,D) -> (N,H·D)
  def blend(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor, seen: Optional[Tensor], causal: bool) -> Tensor:
    b, t, c = torch.size(q)
    if t == 1:                                                                           # heads that share keys are as many queries
      q = torch.view(q, [b, self.key_heads, -1, self.head_width])
      if {flash} and seen is None:                                                       # which the operation below would find out to call
        y, sums = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v)
      else:
        y = torch.scaled_dot_product_attention(q, k, v, seen, (self).rate(), False)
      return torch.reshape(y, [b, c])
    q = torch.transpose(torch.view(q, [b, t, self.heads, -1]), 1, 2)                     # (B,H,T,D)
    y = (self).{share_keys}(q, k, v, seen, causal)                                       # (B,H,T,D)
    return torch.reshape(torch.transpose(y, 1, 2), [-1, c])

  # Each head has keys and values of its own.            q (B,H,T,D), k and v (B,H,S,D) -> (B,H,T,D)
  def unshared(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor, seen: Optional[Tensor], causal: bool) -> Tensor:
    return (self).weigh(q, k, v, seen, causal)

  # Adjacent heads share keys and values (Ainslie et al., arXiv 2305.13245).            q (B,H,T,D), k and v (B,K,S,D) -> (B,H,T,D)
  def shared(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor, seen: Optional[Tensor], causal: bool) -> Tensor:
    many = torch.floordiv(self.heads, self.key_heads)
    k = torch.repeat_interleave(k, many, 1)
    v = torch.repeat_interleave(v, many, 1)
    return (self).weigh(q, k, v, seen, causal)

  # By one fused operation; where the backward pass in bfloat16 is slow in it and the maps are small, by batched products.
  # q, k and v (B,H,T,D) -> (B,H,T,D)
  def weigh(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor, seen: Optional[Tensor], causal: bool) -> Tensor:
    if {batched} and causal and torch.is_grad_enabled() and torch.size(q, 2) <= 512:
      y = (self).weigh_in_batches(q, k, v)
    else:
      y = torch.scaled_dot_product_attention(q, k, v, seen, (self).rate(), causal)
    return y

  # The same by two products of many matrices, the causal mask added by the first.
  def weigh_in_batches(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    b, h, t, d = torch.size(q)
    mask = torch.triu(torch.full([t, t], float("-inf"), dtype=ops.prim.dtype(q), device=ops.prim.device(q)), 1)
    keys = torch.transpose(torch.reshape(k, [b * h, t, d]), 1, 2)
    scores = torch.baddbmm(mask, torch.reshape(q, [b * h, t, d]), keys, beta=1, alpha=1. / torch.sqrt(d))
    weights = (self).drop(torch.softmax(scores, -1))                                     # (B·H,T,T)
    return torch.view(torch.bmm(weights, torch.reshape(v, [b * h, t, d])), [b, h, t, d])

  # Queries and keys as they are.                        qkv (B,T,(H+2K)·D) -> the same
  def unnormed(self: __torch__.Kernels, qkv: Tensor, w: List[Tensor]) -> Tensor:
    return qkv

  # Normalises those of each head by the root of their mean square.
  def normed_by_head(self: __torch__.Kernels, qkv: Tensor, w: List[Tensor]) -> Tensor:
    q, k, v = torch.split_with_sizes(qkv, [self.queries_width, self.keys_width, self.keys_width], 2)
    q = (self).by_head(q, w.query_norm)
    k = (self).by_head(k, w.key_norm)
    return torch.cat([q, k, v], 2)

  # x (B,T,N·D), scale (D) -> (B,T,N·D)
  def by_head(self: __torch__.Kernels, x: Tensor, scale: Tensor) -> Tensor:
    b, t, c = torch.size(x)
    y = torch.rms_norm(torch.view(x, [b, t, -1, self.head_width]), [self.head_width], scale, self.epsilon)
    return torch.view(y, [b, t, c])

  # Every position before is seen.                       seen: nothing, or what `visible` gave -> the same
  def sees_all(self: __torch__.Kernels, seen: Optional[Tensor], x: Tensor, b: int, start: int, layer: int) -> Optional[Tensor]:
    return seen

  # Some layers see no further back than a window (Beltagy et al., arXiv 2004.05150).        x (N,C), b rows -> nothing, or (B or 1,1,T,start+T) bool
  def sees_window(self: __torch__.Kernels, seen: Optional[Tensor], x: Tensor, b: int, start: int, layer: int) -> Optional[Tensor]:
    t = torch.floordiv(torch.size(x, 0), b)
    if torch.__contains__({window_layers}, layer) and start + t > {window}:
      keys = torch.arange(start + t, dtype=4, device=ops.prim.device(x))
      queries = torch.unsqueeze(torch.slice(keys, 0, start), 1)                          # (T,1)
      near = torch.logical_and(torch.le(keys, queries), torch.gt(keys, torch.sub(queries, {window})))
      if seen is not None:
        near = torch.logical_and(near, unchecked_cast(Tensor, seen))
      else:
        near = torch.view(near, [1, 1, t, -1])
      seen = near
    return seen

  # Which positions each new one attends to: itself and those before it, except padding.             -> (B or 1,1,T,start+T) bool
  def visible(self: __torch__.Kernels, ids: Tensor, start: int, hidden: List[Tensor]) -> Tensor:
    keys = torch.arange(start + torch.size(ids, 1), dtype=4, device=ops.prim.device(ids))
    queries = torch.unsqueeze(torch.slice(keys, 0, start), 1)                            # (T,1)
    seen = torch.unsqueeze(torch.le(keys, queries), 0)                                   # (1,T,start+T)
    if torch.len(hidden) > 0:
      padding = torch.lt(keys, torch.view(hidden[0], [-1, 1, 1]))                        # (B,1,start+T)
      itself = torch.eq(keys, queries)                                                   # padding attends to itself: softmax needs a key
      seen = torch.logical_or(torch.logical_and(seen, torch.logical_not(padding)), itself)
    return torch.unsqueeze(seen, 1)
