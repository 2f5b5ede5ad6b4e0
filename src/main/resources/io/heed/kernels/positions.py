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

  # Not used here.                                    x -> x
  def unplaced(self: __torch__.Kernels, x: Tensor, places: Tensor) -> Tensor:
    return x
