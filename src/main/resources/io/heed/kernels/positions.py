# How positions are encoded. A model has a table with a row for each position; a variant applies the rows either to the token
# embeddings, before the layers, or to queries and keys, in each layer.

  # The table's rows from position `start` on.        table (context,P), ids (B,T) -> (T,P), or (B,T,P) if rows start with padding
  # hidden: empty, or (B), how many of each row's first positions are padding, which are not counted
  def places(self: __torch__.Kernels, table: Tensor, ids: Tensor, start: int, hidden: List[Tensor]) -> Tensor:
    t = torch.size(ids, 1)
    places = torch.slice(table, 0, start, start + t)
    if torch.len(hidden) > 0:
      slots = torch.arange(start, start + t, dtype=4, device=ops.prim.device(ids))       # (T)
      ahead = torch.unsqueeze(hidden[0], 1)                                              # (B,1)
      places = torch.embedding(table, torch.clamp(torch.sub(slots, ahead), 0))
    return places

  # Added to embeddings.                              x (B,T,C), places (T,C) or (B,T,C) -> (B,T,C)
  def added(self: __torch__.Kernels, x: Tensor, places: Tensor) -> Tensor:
    return torch.add(x, places)

  # Each pair of numbers i and i + R/2 of queries and keys turned by an angle (Su et al., arXiv 2104.09864); a head's numbers from R on
  # stay as they are.              qkv (B,T,(H+2K)·D), places (T,R) or (B,T,R): cosines, then sines -> (B,T,(H+2K)·D)
  def turned(self: __torch__.Kernels, qkv: Tensor, places: Tensor) -> Tensor:
    b, t, all = torch.size(qkv)
    qk, v = torch.split_with_sizes(qkv, [self.queries_width + self.keys_width, self.keys_width], 2)
    heads = torch.view(qk, [b, t, -1, self.head_width])                                  # (B,T,H+K,D)
    half = torch.floordiv(torch.size(places, -1), 2)
    first, second, rest = torch.split_with_sizes(heads, [half, half, self.head_width - 2 * half], 3)
    cos, sin = torch.chunk(torch.unsqueeze(places, -2), 2, -1)                           # (..,T,1,R/2)
    left = torch.sub(torch.mul(first, cos), torch.mul(second, sin))
    right = torch.add(torch.mul(second, cos), torch.mul(first, sin))
    placed = torch.reshape(torch.cat([left, right, rest], 3), [b, t, -1])
    return torch.cat([placed, v], 2)

  # The same for one position: z·c + z'·s, where z' has the halves of each pair exchanged. Values take part with c = 1 and s = 0.
  # qkv (B,1,(H+2K)·D), places: result of `spread_turns` -> (B,1,(H+2K)·D)
  def turned_at_once(self: __torch__.Kernels, qkv: Tensor, places: Tensor) -> Tensor:
    b = torch.size(qkv, 0)
    heads = torch.view(qkv, [b, 1, -1, self.head_width])
    first, second, rest = torch.split_with_sizes(heads, [{half}, {half}, self.head_width - 2 * {half}], 3)
    c, s = torch.unbind(places, 0)
    turned = torch.addcmul_(torch.mul(heads, c), torch.cat([second, first, rest], 3), s)
    return torch.view(turned, [b, 1, -1])

  # The table of c and s.                             places (1,R) or (B,1,R): cosines, then sines -> (2,1,H+2K,D) or (2,B,1,H+2K,D)
  def spread_turns(self: __torch__.Kernels, places: Tensor) -> Tensor:
    cos, sin = torch.chunk(torch.unsqueeze(places, -2), 2, -1)
    c = torch.repeat_interleave(torch.cat([cos, cos], -1), self.heads + self.key_heads, -2)
    s = torch.repeat_interleave(torch.cat([torch.neg(sin), sin], -1), self.heads + self.key_heads, -2)
    beyond = [0, self.head_width - 2 * {half}, 0, self.key_heads]
    return torch.stack([torch.constant_pad_nd(c, beyond, 1), torch.constant_pad_nd(s, beyond, 0)])

  # As they are.                                      places -> the same
  def unspread(self: __torch__.Kernels, places: Tensor) -> Tensor:
    return places

  # Not used here.                                    x -> x
  def unplaced(self: __torch__.Kernels, x: Tensor, places: Tensor) -> Tensor:
    return x
