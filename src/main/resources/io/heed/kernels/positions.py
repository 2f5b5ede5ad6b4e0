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

  # Not used here.                                    x -> x
  def unplaced(self: __torch__.Kernels, x: Tensor, places: Tensor) -> Tensor:
    return x
