# Attention: softmax(Q·Kᵀ/√D + mask)·V.

  # x + Attention(LN(x)), a layer's first half.                        x (N,C) -> (N,C)
  # b rows; kept: None, or this layer's (B,S,2C) with `start` positions filled; places and seen: results of `places` and `visible`
  def attend(self: __torch__.Kernels, x: Tensor, b: int, w: List[Tensor], places: Tensor, kept: Optional[Tensor], start: int, seen: Optional[Tensor]) -> Tensor:
    normed = (self).enter((self).layer_norm(x, w.attention_norm, w.attention_norm_shift))
    qkv = (self).leave((self).{attention_projection}(normed, w.query_key_value, w.query_key_value_bias))      # (N,3C)
    y = (self).{attention_projection}((self).enter((self).attention(qkv, b, places, kept, start, seen)), w.output, w.output_bias)
    return torch.add(x, (self).drop((self).leave(y)))

  # Self-attention, including kept positions. The mask is causal unless `seen` lists the keys of each query or there is only one new
  # position, which attends to all.                                              qkv (N,3C), b rows -> (N,C)
  def attention(self: __torch__.Kernels, qkv: Tensor, b: int, places: Tensor, kept: Optional[Tensor], start: int, seen: Optional[Tensor]) -> Tensor:
    t = torch.floordiv(torch.size(qkv, 0), b)
    c = torch.floordiv(torch.size(qkv, 1), 3)
    qkv = (self).{place_queries_and_keys}(torch.view(qkv, [b, t, 3 * c]), places)
    q, kv = torch.split_with_sizes(qkv, [c, 2 * c], 2)
    if kept is not None:
      whole = torch.slice(unchecked_cast(Tensor, kept), 1, 0, start + t)                 # (B,S,2C), S = start+T
      torch.copy_(torch.slice(whole, 1, start), kv)
      kv = whole
    return (self).blend(q, kv, seen, seen is None and t > 1)

  # softmax(Q·Kᵀ/√D + mask)·V, heads side by side again.                         q (B,T,C), kv (B,S,2C) -> (N,C)
  def blend(self: __torch__.Kernels, q: Tensor, kv: Tensor, seen: Optional[Tensor], causal: bool) -> Tensor:
    b, t, c = torch.size(q)
    q = torch.transpose(torch.view(q, [b, t, self.heads, -1]), 1, 2)                     # (B,H,T,D)
    kv = torch.to(kv, q)                                                                 # kept values are float32 in any precision
    k, v = torch.unbind(torch.permute(torch.view(kv, [b, torch.size(kv, 1), 2, self.heads, -1]), [2, 0, 3, 1, 4]), 0)
    y = torch.scaled_dot_product_attention(q, k, v, seen, (self).rate(), causal)         # (B,H,T,D)
    return torch.reshape(torch.transpose(y, 1, 2), [-1, c])

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
